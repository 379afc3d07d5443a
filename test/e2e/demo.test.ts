import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DemoStep, demoPicture } from "../../scripts/pictures/demo-picture.ts";
import { demoScenes } from "../../src/cli/demo/story.ts";
import { background, jsonLines, xtenant } from "./xtenant.ts";

/** A folder for the demo's temporary files, to check that none remain. */
async function openTemporary() {
  const path = await mkdtemp(join(tmpdir(), "xtenant-e2e-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Its lines of text. Statuses of two customers arrive in any order. */
const linesOf = (picture: string) => picture.match(/<tspan.*<\/tspan>/g)?.sort();

test("the demo plays every scene, and leaves nothing behind; the README's picture shows it (`npm run picture`)", async () => {
  await using temporary = await openTemporary();

  const { exitCode, stdout, stderr } = await xtenant(["demo", "--json"], {
    env: { TMPDIR: temporary.path, FORCE_COLOR: "1" },
  });

  const scenes = jsonLines(stdout);
  expect(scenes.filter(({ ok }) => !ok)).toEqual([]);
  expect(scenes.map(({ exitCode: code }) => code)).toEqual(demoScenes.map(({ exitCode: code }) => code));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(await readdir(temporary.path)).toEqual([]);
  const picture = await readFile(join(import.meta.dirname, "../../docs/images/demo.svg"), "utf8");
  const steps: readonly DemoStep[] = JSON.parse(`[${stdout.trimEnd().replaceAll("\n", ",")}]`);
  expect(linesOf(demoPicture(steps))).toEqual(linesOf(picture));
}, 90_000);

test("an interrupted demo stops its sandbox and leaves no files behind", async () => {
  await using temporary = await openTemporary();
  const playing = background(["demo"], { env: { TMPDIR: temporary.path } });
  await playing.nextLine();

  const { exitCode } = await playing.signal("SIGINT");

  expect(exitCode).toBe(130);
  expect(await readdir(temporary.path)).toEqual([]);
}, 30_000);
