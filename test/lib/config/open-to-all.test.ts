import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openConfigFile } from "../../../src/lib/config/config-file.ts";
import { isOpenToAll } from "../../../src/lib/config/files/private-file.ts";
import { openTokenCache } from "../../../src/lib/config/token-cache.ts";
import { threeCustomers } from "../../fakes/context.ts";
import { openFolder } from "../../fakes/folder.ts";

/** What reading the config says, with these modes of the file and its folder. */
async function warningsFor(fileMode: number, folderMode: number) {
  await using folder = await openFolder();
  const home = join(folder.path, "config");
  await mkdir(home);
  const file = join(home, "xtenant.json");
  await writeFile(file, JSON.stringify(threeCustomers));
  await chmod(file, fileMode);
  await chmod(home, folderMode);
  const said: string[] = [];
  const search = { option: file, transport: undefined, env: {}, workingDirectory: home };
  await openConfigFile(search, { info: (line) => said.push(line.replaceAll(home, "~")) }).read();
  return said;
}

const warning = (path: string) => expect.stringContaining(`every user of this machine can change ${path}, `);

test.each([
  [0o644, 0o755, []],
  [0o664, 0o775, []],
  [0o666, 0o755, [warning("~/xtenant.json")]],
  [0o644, 0o777, [warning("~")]],
  [0o644, 0o1777, []],
])(
  "a config with mode %o in a folder with mode %o is used, with the warnings that follow",
  async (file, folder, said) => {
    expect(await warningsFor(file, folder)).toEqual(said);
  },
);

test("no token is kept under a folder that every user can write to", async () => {
  await using folder = await openFolder();
  await chmod(folder.path, 0o777);
  const said: string[] = [];
  const cache = openTokenCache(
    { XTENANT_TOKEN_CACHE: "1", XDG_CACHE_HOME: folder.path },
    { info: (line) => said.push(line) },
  );
  const key = { authority: "a", tenantId: "t", clientId: "c", credential: "s", scope: "x" };

  await cache?.write(key, { token: "secret", expiresOnTimestamp: Date.now() + 3_600_000 });

  expect(await cache?.read(key)).toBeUndefined();
  expect(await readdir(join(folder.path, "xtenant", "tokens"))).toEqual([]);
  expect(said).toEqual([expect.stringContaining("every user can write to")]);
  expect(await isOpenToAll(folder.path)).toBe(true);
});
