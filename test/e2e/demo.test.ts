import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoScenes } from "../../src/cli/demo/story.ts";
import { background, jsonLines, xtenant } from "./xtenant.ts";

/** A folder for the demo's temporary files, to see that none is left. */
async function openTemporary() {
  const path = await mkdtemp(join(tmpdir(), "xtenant-e2e-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test("the demo plays every scene, refusals included, and leaves nothing behind", async () => {
  await using temporary = await openTemporary();

  const { exitCode, stdout, stderr } = await xtenant(["demo", "--json"], { env: { TMPDIR: temporary.path } });

  const scenes = jsonLines(stdout);
  expect(scenes.filter(({ ok }) => !ok)).toEqual([]);
  expect(scenes.map(({ exitCode: code }) => code)).toEqual(demoScenes.map(({ exitCode: code }) => code));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(await readdir(temporary.path)).toEqual([]);
}, 90_000);

test("a demo that is interrupted stops its sandbox and leaves nothing behind", async () => {
  await using temporary = await openTemporary();
  const playing = background(["demo"], { env: { TMPDIR: temporary.path } });
  await playing.nextLine();

  const { exitCode } = await playing.signal("SIGINT");

  expect(exitCode).toBe(130);
  expect(await readdir(temporary.path)).toEqual([]);
}, 30_000);
