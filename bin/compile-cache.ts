import { existsSync, mkdirSync, statSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../src/lib/config/cache-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Uses the compiled program that runs before saved. Help alone makes no folder. */
export function useCompiledCode(env: Environment): void {
  const folder = compiledCodeFolder(env);
  if (folder !== undefined && isOurs(folder)) enableCompileCache(folder);
}

/**
 * Lets Node save the compiled program for the next run, which saves a sixth of a `send` (docs/internals/performance.md).
 * A user who can write to the cache can run code as this user. The cache is therefore a folder that only this user can write
 * to, and not Node's default in the shared temporary folder. Without such a folder, nothing is saved. NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE work as usual (Node `module` documentation).
 */
export function keepCompiledCode(env: Environment): void {
  const folder = compiledCodeFolder(env);
  if (folder !== undefined && create(folder)) useCompiledCode(env);
}

function compiledCodeFolder(env: Environment): string | undefined {
  const caches = env.NODE_COMPILE_CACHE === undefined ? cacheFolder(env) : undefined;
  return caches && join(caches, "compiled");
}

function create(folder: string): boolean {
  try {
    // One by one: a home that does not exist is not made, and Node's own recursion never ends in some file systems.
    for (const path of [join(folder, "../.."), join(folder, ".."), folder])
      if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

function isOurs(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) return false;
  // Who can write to a folder above it can put another one in its place.
  if ([join(folder, ".."), join(folder, "../..")].some(isOpenToAll)) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

/** Whether every user can rename what is in the folder. In a folder like /tmp the sticky bit prevents that. */
function isOpenToAll(folder: string): boolean {
  const { mode } = statSync(folder);
  return process.getuid !== undefined && (mode & 0o1002) === 0o002;
}
