import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemErrorText } from "../domain/system-error.ts";
import { cacheFolder } from "./cache-folder.ts";
import { readSwitch } from "./environment-switch.ts";
import { isOpenToAll, isPrivateFolder, readPrivateFile } from "./files/private-file.ts";

/** The purpose of a token. A cached token is used only for exactly this purpose. */
export type TokenKey = {
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The app's credential and the place of its proof. Each credential has its own tokens. */
  readonly credential: string;
  readonly scope: string;
};
export type CachedToken = { readonly token: string; readonly expiresOnTimestamp: number };

/** Access tokens that are kept between runs. A cache with any problem counts as empty. */
export type TokenCache = {
  read(name: TokenKey): Promise<CachedToken | undefined>;
  write(name: TokenKey, token: CachedToken): Promise<void>;
  remove(name: TokenKey): Promise<void>;
};

type Environment = Readonly<Record<string, string | undefined>>;
type Log = { readonly info: (line: string) => void };

/** Tokens are valid for about a day (Entra, token lifetimes), so an older file is useless. */
const uselessAfterMilliseconds = 2 * 86_400_000;

/** Opens the cache if the environment asks for it. The user of this machine decides this, not the config. */
export function openTokenCache(env: Environment, log: Log): TokenCache | undefined {
  const caches = cacheFolder(env);
  return readSwitch(env, "XTENANT_TOKEN_CACHE", "0") && caches ? inFolder(join(caches, "tokens"), log) : undefined;
}

/** Each token has its own file, so that concurrent processes need no lock. The last complete write is kept. */
function inFolder(folder: string, log: Log): TokenCache {
  const warn = once((why: string) => log.info(`no token is kept: ${why}`));
  let opening: Promise<boolean> | undefined;
  const usable = () => (opening ??= openFolder(folder).catch((error) => warn(reasonOf(error)) ?? false));
  const fileOf = (name: TokenKey) => join(folder, `${digest(fieldsOf(name))}.json`);
  return {
    read: async (name) => {
      if (!(await usable())) return undefined;
      try {
        const text = await readPrivateFile(fileOf(name));
        return text === undefined ? undefined : tokenIn(text, name);
      } catch (error) {
        log.info(`a token that an earlier run has kept is not used: ${reasonOf(error)}`);
        return undefined;
      }
    },
    write: async (name, { token, expiresOnTimestamp }) => {
      if (!(await usable())) return;
      const text = JSON.stringify({ ...name, token, expiresOnTimestamp });
      await replace(fileOf(name), text).catch((error) => warn(reasonOf(error)));
    },
    remove: async (name) => {
      if (await usable()) await unlink(fileOf(name)).catch(() => {});
    },
  };
}

/** Creates missing folders one by one, but never a home folder. Returns true when the folder can be used. */
async function openFolder(folder: string): Promise<boolean> {
  for (const path of [dirname(dirname(folder)), dirname(folder), folder])
    await mkdir(path, { mode: 0o700 }).catch((error) => (error.code === "EEXIST" ? undefined : Promise.reject(error)));
  if (!(await isPrivateFolder(folder)))
    throw new Error(`${folder} is not a folder of yours alone; remove it, or: chmod 700 ${folder}`);
  for (const path of [dirname(folder), dirname(dirname(folder))])
    if (await isOpenToAll(path)) throw new Error(`every user can write to ${path}; to use it: chmod o-w ${path}`);
  await removeUseless(folder);
  return true;
}

async function removeUseless(folder: string): Promise<void> {
  const before = Date.now() - uselessAfterMilliseconds;
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found && found.mtimeMs < before) await unlink(join(folder, name)).catch(() => {});
  }
}

/** The file is not synced. A file that a power failure damaged is ignored. */
async function replace(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${crypto.randomUUID()}.tmp`);
  try {
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function tokenIn(text: string, name: TokenKey): CachedToken {
  const { token, expiresOnTimestamp, ...found } = parsed(text);
  if (typeof token !== "string" || typeof expiresOnTimestamp !== "number") throw new Error("it is damaged");
  if (fieldsOf({ ...name, ...found }) !== fieldsOf(name)) throw new Error("it is for something else");
  return { token, expiresOnTimestamp };
}

function parsed(text: string): Partial<TokenKey> & { token?: unknown; expiresOnTimestamp?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

const fieldsOf = ({ authority, tenantId, clientId, credential, scope }: TokenKey) =>
  JSON.stringify([authority, tenantId, clientId, credential, scope]);
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

function reasonOf(error: unknown): string {
  const { path, code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : `${path ?? "the folder"}: ${systemErrorText({ code, message })}`;
}

function once(report: (why: string) => void): (why: string) => undefined {
  let isReported = false;
  return (why) => {
    if (!isReported) report(why);
    isReported = true;
    return undefined;
  };
}
