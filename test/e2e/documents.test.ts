import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { type Block, blocksOf, exchangesOf } from "./documents/blocks.ts";
import { expectShown } from "./documents/shown.ts";
import { customerInAzure, nothing, onSandbox, type Place, providerInAzure } from "./documents/places.ts";
import { openSurroundings } from "./documents/surroundings.ts";

const root = join(import.meta.dirname, "../..");

/** Where the reader of each document that has commands sits. */
const places: Readonly<Record<string, Place>> = {
  "README.md": nothing,
  "docs/onboarding-customer.md": customerInAzure,
  "docs/onboarding-provider.md": providerInAzure,
};

const documents = await Promise.all(
  globSync(["*.md", "docs/**/*.md", "deploy/**/*.md", "examples/**/*.md"], { cwd: root })
    .sort()
    .map(async (file) => ({ file, blocks: blocksOf(await readFile(join(root, file), "utf8")) })),
);
const isCommands = ({ language }: Block) => language === "sh" || language === "console";
const isLeftOut = ({ note }: Block) => note.startsWith("no-run");
const withCommands = documents.filter(({ blocks }) => blocks.some((block) => isCommands(block) && !isLeftOut(block)));

let dist: string;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), "xtenant-dist-"));
  // The built program, which starts in half the time.
  await bundle(dist);
});
afterAll(() => rm(dist, { recursive: true, force: true }));

test.concurrent.each(withCommands)("every command in $file does what it says", { timeout: 90_000 }, async (document) => {
  await using reader = await openSurroundings(places[document.file] ?? onSandbox, dist);
  for (const block of document.blocks) {
    if (isLeftOut(block)) continue;
    if (block.language === "console") await follow(block, reader);
    else if (block.language === "sh") await runAll(block, reader);
    else if (/^[\w.-]+\.\w+$/.test(block.note)) await reader.save(block.note, block.text);
  }
});

type Reader = Awaited<ReturnType<typeof openSurroundings>>;

async function runAll({ text, note }: Block, reader: Reader): Promise<void> {
  const { exitCode, output } = await reader.run(text, note === "until-interrupted" ? "interrupted" : "script");
  const wanted = note === "until-interrupted" ? [0, 130] : [0];
  expect(exitCode, `${text}\n\n${output}`).toBeOneOf(wanted);
}

async function follow(block: Block, reader: Reader): Promise<void> {
  const exchanges = exchangesOf(block);
  for (const [index, { command, shown }] of exchanges.entries()) {
    const goesOn = command.endsWith("&");
    const { exitCode, output } = await reader.run(command, goesOn ? "background" : "command");
    expectShown(command, shown, output.replaceAll(`${reader.cwd}/`, ""));
    const tellsItsEnd = exchanges[index + 1]?.command === "echo $?";
    if (!tellsItsEnd && !/^error:/m.test(output)) expect(exitCode, `${command}\n\n${output}`).toBe(0);
  }
}
