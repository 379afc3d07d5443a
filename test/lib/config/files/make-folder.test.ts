import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../../src/lib/config/files/make-folder.ts";
import { openFolder } from "../../../fakes/folder.ts";

const refused = (code: string) => ({ code: "FileUnwritable", kind: "usage", cause: { code } });

test("a folder is created with those above it, and an existing one stays", async () => {
  await using folder = await openFolder();
  const path = join(folder.path, "a", "b", "c");
  await makeFolder(path, 0o700);
  await writeFile(join(path, "kept"), "");
  await makeFolder(path);

  for (const at of [path, join(path, "..")]) expect((await stat(at)).mode & 0o777).toBe(0o700);
  expect((await stat(join(path, "kept"))).isFile()).toBe(true);
});

test("processes that create the same folder at the same time all succeed", async () => {
  await using folder = await openFolder();
  const path = join(folder.path, "a", "b");

  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
  expect((await stat(path)).isDirectory()).toBe(true);
});

test("a link to a folder is taken, and a file or a link to nothing is refused", async () => {
  await using folder = await openFolder();
  const at = (name: string) => join(folder.path, name);
  await mkdir(at("real"));
  await symlink(at("real"), at("link"));
  await symlink(at("nothing"), at("broken"));
  await writeFile(at("file"), "");

  await makeFolder(join(at("link"), "inner"));
  await expect(makeFolder(at("file"))).rejects.toMatchObject(refused("ENOTDIR"));
  await expect(makeFolder(join(at("file"), "inner"))).rejects.toMatchObject(refused("ENOTDIR"));
  await expect(makeFolder(at("broken"))).rejects.toMatchObject(refused("ENOENT"));
});

test.runIf(process.platform === "linux")("in a file system without new folders, it ends with an error", async () => {
  await expect(makeFolder("/proc/xtenant/a/b")).rejects.toMatchObject(refused("ENOENT"));
});
