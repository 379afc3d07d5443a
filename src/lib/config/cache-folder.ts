import { join } from "node:path";

/** The folder for data that can be created again (XDG Base Directory Specification; `%LOCALAPPDATA%` on Windows). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const caches = env.XDG_CACHE_HOME || env.LOCALAPPDATA || (env.HOME && join(env.HOME, ".cache"));
  return caches ? join(caches, "xtenant") : undefined;
}

/** Where a sandbox keeps its files when nobody names a folder: outside of any checkout. Undefined where the user has no home. */
export function defaultSandboxFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const cache = cacheFolder(env);
  return cache && join(cache, "sandbox");
}
