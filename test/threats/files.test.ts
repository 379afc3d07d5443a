import { lstat, mkdir, readFile, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFileAtomically } from "../../src/lib/config/files/write-file-atomically.ts";
import { openFolder } from "../fakes/folder.ts";

test("a planted link is replaced when a file is written, and its target is not changed", async () => {
  await using folder = await openFolder();
  const [victim, file] = [join(folder.path, "victim"), join(folder.path, "xtenant.json")];
  await writeFile(victim, "precious");
  await symlink(victim, file);

  await writeFileAtomically(file, "ours", 0o600);

  expect(await readFile(victim, "utf8")).toBe("precious");
  expect((await lstat(file)).isSymbolicLink()).toBe(false);
  expect(await readFile(file, "utf8")).toBe("ours");
});

test("nothing is written through a link that repeatedly replaces the file", async () => {
  await using folder = await openFolder();
  const [victim, file, link] = ["victim", "xtenant.json", "link"].map((name) => join(folder.path, name));
  if (!victim || !file || !link) throw new Error("no paths");
  await writeFile(victim, "precious");
  let racing = true;
  const race = async () => {
    while (racing) {
      await symlink(victim, link).catch(() => {});
      await rename(link, file).catch(() => {});
    }
  };
  const swapping = race();
  for (let write = 0; write < 15; write += 1) await writeFileAtomically(file, `ours ${write}`, 0o600);
  racing = false;
  await swapping;
  await unlink(file);

  expect(await readFile(victim, "utf8")).toBe("precious");
});

test("a planted folder in place of a file is an error, and stays unchanged", async () => {
  await using folder = await openFolder();
  const file = join(folder.path, "xtenant.json");
  await mkdir(file);
  await writeFile(join(file, "inside"), "kept");

  await expect(writeFileAtomically(file, "ours", 0o600)).rejects.toThrow();
  expect(await readFile(join(file, "inside"), "utf8")).toBe("kept");
});
