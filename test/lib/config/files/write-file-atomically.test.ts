import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFileAtomically } from "../../../../src/lib/config/files/write-file-atomically.ts";
import { openFolder } from "../../../fakes/folder.ts";

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

test("a new file has its text and its mode, and nothing else is left in the folder", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "xtenant.json");

  await writeFileAtomically(file, "text", 0o600);

  expect(await readFile(file, "utf8")).toBe("text");
  expect(await folder.names()).toEqual(["xtenant.json"]);
  if (process.platform !== "win32") expect(await modeOf(file)).toBe(0o600);
});

test("a file that was there is replaced as a whole, with the new mode", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "xtenant.json");
  await writeFile(file, "a much longer text than the new one", { mode: 0o644 });

  await writeFileAtomically(file, "new", 0o600);

  expect(await readFile(file, "utf8")).toBe("new");
  expect(await folder.names()).toEqual(["xtenant.json"]);
  if (process.platform !== "win32") expect(await modeOf(file)).toBe(0o600);
});

test("a reader sees the old text or the new text, never a part", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "xtenant.json");
  const texts = ["a".repeat(500_000), "b".repeat(400_000)];
  await writeFile(file, texts[0] ?? "");
  const seen = new Set<string>();
  let writing = true;
  const reading = (async () => {
    while (writing) seen.add(await readFile(file, "utf8"));
  })();

  for (let round = 0; round < 10; round += 1) await writeFileAtomically(file, texts[round % 2] ?? "", 0o600);
  writing = false;
  await reading;

  expect([...seen].every((text) => texts.includes(text))).toBe(true);
});

test("a write that fails leaves what was there, and no temporary file", async () => {
  await using folder = await openFolder();
  const inTheWay = join(folder.path, "xtenant.json");
  await mkdir(inTheWay);
  await writeFile(join(inTheWay, "kept"), "old");

  await expect(writeFileAtomically(inTheWay, "new", 0o600)).rejects.toThrow();

  expect(await readFile(join(inTheWay, "kept"), "utf8")).toBe("old");
  expect(await folder.names()).toEqual(["xtenant.json"]);
});

test("a file that cannot be written is a mistake of the operator, and no fault of xtenant", async () => {
  await using folder = await openFolder();
  await writeFile(join(folder.path, "file"), "");
  const inFile = join(folder.path, "file", "inner.json");

  await expect(writeFileAtomically(inFile, "{}", 0o600)).rejects.toMatchObject({
    code: "FileUnwritable",
    message: `cannot write ${inFile}: a part of the path is no folder (ENOTDIR)`,
  });
  await expect(writeFileAtomically(join(folder.path, "none", "xtenant.json"), "{}", 0o600)).rejects.toMatchObject({
    message: expect.stringContaining("(ENOENT)"),
  });
  await expect(writeFileAtomically("/proc/xtenant.json", "{}", 0o600)).rejects.toMatchObject({ kind: "usage" });
});
