/**
 * Takes the pictures of terminals that the documents show: `npm run picture`. They are taken of the built program on a sandbox. With `--check`
 * nothing is written, and the exit code is 1 when a picture is not up to date. Names select some of the pictures.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { demoPicture } from "./pictures/demo-picture.ts";
import { openTerminal, quoted, shellLine } from "./pictures/emulated-terminal.ts";
import { type Scene, scenes } from "./pictures/scenes.ts";
import { screenPicture } from "./pictures/screen-picture.ts";
import { openSeededSandbox, program, type SeededSandbox } from "./pictures/seeded-sandbox.ts";
import { steadyWords } from "./pictures/steady-words.ts";

const folder = join(import.meta.dirname, "../docs/images");
const columns = 80;

async function takeDemo(): Promise<string> {
  const env = { ...process.env, FORCE_COLOR: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, [program, "demo", "--json"], { env });
  return demoPicture(JSON.parse(`[${stdout.trimEnd().replaceAll("\n", ",")}]`));
}

/** The command stands after a prompt, as a person typed it; a view of the whole screen hides it. */
async function take(
  { title, description, words, rows, prepare, play }: Scene,
  sandbox: SeededSandbox,
): Promise<string> {
  await prepare?.(sandbox);
  const command = ["xtenant", ...words].join(" ");
  const line = shellLine(process.execPath, program, ...words);
  const { folder: cwd, env } = sandbox;
  const typed = `printf '%s\\n' ${quoted(`$ ${command}`)}; ${line}; printf '$ '; read`;
  await using terminal = openTerminal(typed, { columns, rows, cwd, env });
  await play(terminal);
  return screenPicture(terminal.cells(), { command, title, description }, steadyWords());
}

/** Statuses of two customers arrive in any order. */
const isSame = (one: string, other: string) => sortedLines(one) === sortedLines(other);
const sortedLines = (picture: string) =>
  picture
    .replace(/ y="\d+"/g, "")
    .split("\n")
    .sort()
    .join("\n");

const { values, positionals } = parseArgs({ options: { check: { type: "boolean" } }, allowPositionals: true });
const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);
const pictures: (readonly [name: string, picture: string])[] = [];
if (isWanted("demo")) pictures.push(["demo", await takeDemo()]);
if (scenes.some(({ name }) => isWanted(name))) {
  await using sandbox = await openSeededSandbox();
  // Each scene begins with what the one before has left.
  for (const scene of scenes) pictures.push([scene.name, await take(scene, sandbox)]);
}
for (const [name, picture] of pictures.filter(([name]) => isWanted(name))) {
  const file = join(folder, `${name}.svg`);
  for (const own of [hostname(), userInfo().homedir, tmpdir()])
    if (picture.includes(own)) throw new Error(`the picture ${name} names this machine: ${own}`);
  const before = await readFile(file, "utf8").catch(() => "");
  if (isSame(picture, before)) continue;
  process.stdout.write(`${name} ${values.check ? "is not up to date" : "has changed"}\n`);
  if (values.check) process.exitCode = 1;
  else await writeFile(file, picture);
}
