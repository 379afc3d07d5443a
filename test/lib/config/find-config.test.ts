import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type ConfigSearch, findConfig } from "../../../src/lib/config/find-config.ts";
import { openFolder } from "../../fakes/folder.ts";

const fileFor = async (search: ConfigSearch) => (await findConfig(search))?.file;

/** A working directory, and configs in some of the searched places. */
async function places(...existing: readonly ("here" | "above" | "user")[]) {
  const folder = await openFolder();
  const workingDirectory = join(folder.path, "above", "between", "here");
  const files = {
    here: join(workingDirectory, "xtenant.json"),
    above: join(folder.path, "above", "xtenant.json"),
    user: join(folder.path, "user", "xtenant", "xtenant.json"),
  };
  for (const file of Object.values(files)) await mkdir(dirname(file), { recursive: true });
  for (const place of existing) await writeFile(files[place], "{}");
  const env = { XDG_CONFIG_HOME: join(folder.path, "user") };
  return { ...folder, files, search: { option: undefined, env, workingDirectory } };
}

test("--config has priority, even when the file does not exist", async () => {
  await using at = await places("here");
  const { search } = at;

  const option = await fileFor({
    ...search,
    option: "other.json",
    env: { ...search.env, XTENANT_CONFIG: "/etc/xtenant.json" },
  });

  expect(option).toBe(join(search.workingDirectory, "other.json"));
});

test("XTENANT_CONFIG has priority over config files in folders", async () => {
  await using at = await places("here");

  expect(await fileFor({ ...at.search, env: { XTENANT_CONFIG: "/etc/xtenant.json" } })).toBe("/etc/xtenant.json");
});

test("an empty XTENANT_CONFIG is ignored", async () => {
  await using at = await places("here");

  expect(await fileFor({ ...at.search, env: { ...at.search.env, XTENANT_CONFIG: "" } })).toBe(at.files.here);
});

test("the working directory has priority over the folders above it", async () => {
  await using at = await places("here", "above", "user");

  expect(await fileFor(at.search)).toBe(at.files.here);
});

test("a folder above has priority over the user's config folder", async () => {
  await using at = await places("above", "user");

  expect(await fileFor(at.search)).toBe(at.files.above);
});

test("the user's own folder comes last", async () => {
  await using at = await places("user");

  expect(await fileFor(at.search)).toBe(at.files.user);
});

test("on Windows the user's own folder is in APPDATA", async () => {
  await using at = await places("user");
  const { XDG_CONFIG_HOME } = at.search.env;

  expect(await fileFor({ ...at.search, env: { APPDATA: XDG_CONFIG_HOME } })).toBe(at.files.user);
});

test("there may be none", async () => {
  await using at = await places();

  expect(await fileFor(at.search)).toBeUndefined();
});
