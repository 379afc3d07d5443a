import { chmod, mkdir, readdir, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openTokenCache } from "../../../src/lib/config/token-cache.ts";
import { openFolder } from "../../fakes/folder.ts";

const name = {
  authority: "https://login.microsoftonline.com",
  tenantId: "t-acme",
  clientId: "c-app",
  credential: '{"kind":"github-actions"}',
  scope: "https://servicebus.azure.net//.default",
};
const token = { token: "a.b.c", expiresOnTimestamp: 1_800_000_000_000 };
let lines: string[];
beforeEach(() => {
  lines = [];
});

/** The tokens as one process sees them. */
function opened(caches: string) {
  const env = { XTENANT_TOKEN_CACHE: "1", XDG_CACHE_HOME: caches };
  const tokens = openTokenCache(env, { info: (line) => lines.push(line) });
  if (tokens === undefined) throw new Error("nothing is kept");
  return tokens;
}
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test("a token is available to the next process, in a file and a folder that only its user can read", async () => {
  await using folder = await openFolder();
  const caches = join(folder.path, "caches");
  await opened(caches).write(name, token);

  expect(await opened(caches).read(name)).toEqual(token);
  const place = join(caches, "xtenant/tokens");
  const [file = ""] = await readdir(place);
  expect([await modeOf(place), await modeOf(join(place, file))]).toEqual([0o700, 0o600]);
  expect(lines).toEqual([]);
});

test.each(Object.keys(name))("a token is not returned for another %s", async (field) => {
  await using folder = await openFolder();
  const tokens = opened(folder.path);
  await tokens.write(name, token);

  expect(await tokens.read({ ...name, [field]: "other" })).toBeUndefined();
});

test("a file that was copied to another file's name is not used", async () => {
  await using folder = await openFolder();
  const tokens = opened(folder.path);
  await tokens.write(name, token);
  const place = join(folder.path, "xtenant/tokens");
  const [file = ""] = await readdir(place);
  await writeFile(join(place, file), JSON.stringify({ ...name, tenantId: "t-fabrikam", ...token }));

  expect(await tokens.read(name)).toBeUndefined();
  expect(lines).toEqual([expect.stringMatching(/is for something else/)]);
});

test("a removed token is gone, and removing a missing token does not fail", async () => {
  await using folder = await openFolder();
  const tokens = opened(folder.path);
  await tokens.write(name, token);
  for (const _ of [1, 2]) await tokens.remove(name);

  expect(await tokens.read(name)).toBeUndefined();
});

test("processes that write at the same time leave one complete token, and no other file", async () => {
  await using folder = await openFolder();
  const writing = Array.from({ length: 20 }, (_, index) =>
    opened(folder.path).write(name, { ...token, token: `${index}`.padEnd(2_000, "x") }),
  );
  await Promise.all(writing);

  expect((await opened(folder.path).read(name))?.token).toHaveLength(2_000);
  expect(await readdir(join(folder.path, "xtenant/tokens"))).toHaveLength(1);
});

test("files whose tokens must have expired are removed", async () => {
  await using folder = await openFolder();
  await opened(folder.path).write(name, token);
  const place = join(folder.path, "xtenant/tokens");
  const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
  for (const file of await readdir(place)) await utimes(join(place, file), threeDaysAgo, threeDaysAgo);

  expect(await opened(folder.path).read(name)).toBeUndefined();
  expect(await readdir(place)).toEqual([]);
});

describe.skipIf(process.platform === "win32")("what others may look into", () => {
  test.each(["folder", "file"])("is not used: a %s", async (what) => {
    await using folder = await openFolder();
    await opened(folder.path).write(name, token);
    const place = join(folder.path, "xtenant/tokens");
    const [file = ""] = await readdir(place);
    await chmod(what === "folder" ? place : join(place, file), 0o750);
    const later = opened(folder.path);

    expect(await later.read(name)).toBeUndefined();
    expect(lines).toEqual([expect.stringMatching(/of yours alone/)]);
    await later.write(name, token);
    expect(await later.read(name)).toEqual(what === "folder" ? undefined : token);
  });

  test("is not used: a link in the folder's place, or in the file's", async () => {
    await using folder = await openFolder();
    await using other = await openFolder();
    await mkdir(join(folder.path, "xtenant"));
    await symlink(other.path, join(folder.path, "xtenant/tokens"));
    await opened(folder.path).write(name, token);

    expect(await other.names()).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/no token is kept: .* is not a folder of yours alone/)]);
  });
});
