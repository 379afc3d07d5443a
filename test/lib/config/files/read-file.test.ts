import { execFileSync } from "node:child_process";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTextFile } from "../../../../src/lib/config/files/read-file.ts";
import { openFolder } from "../../../fakes/folder.ts";

async function openPipe() {
  const folder = await openFolder();
  const path = join(folder.path, "pipe");
  execFileSync("mkfifo", [path]);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("a pipe is read to its end, also when its writer comes late and writes slowly", async () => {
  await using pipe = await openPipe();
  const reading = readTextFile(pipe.path);
  const writer = await open(pipe.path, "w");
  await writer.write("one, ä");
  await writer.write(", two");
  await writer.close();

  expect(await reading).toBe("one, ä, two");
});

test("a pipe without a writer is empty after some time, and holds no thread", async () => {
  await using pipe = await openPipe();
  const readings = Array.from({ length: 8 }, () => readTextFile(pipe.path, 100));
  await using folder = await openFolder();
  await writeFile(join(folder.path, "file"), "read meanwhile");

  expect(await readTextFile(join(folder.path, "file"))).toBe("read meanwhile");
  expect(await Promise.all(readings)).toEqual(Array(8).fill(""));
});

test.each([
  ["/dev/zero", "EFBIG"],
  ["/dev", "EISDIR"],
  ["/nowhere", "ENOENT"],
])("%s is refused with %s", async (path, code) => {
  await expect(readTextFile(path)).rejects.toMatchObject({ code });
});
