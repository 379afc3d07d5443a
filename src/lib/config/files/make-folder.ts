import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileExists } from "./file-exists.ts";
import { unwritable } from "./unwritable.ts";

/**
 * Creates a folder and those above it that are missing. Node's own `recursive` never ends in a file system that refuses new folders as
 * not found, such as /proc.
 *
 * @throws Failure "usage", also where the path is a file
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  await make(path, mode).catch((cause: NodeJS.ErrnoException) => {
    throw unwritable(path, cause);
  });
}

async function make(path: string, mode: number): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await fileExists(folder)); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) await mkdir(folder, { mode }).catch(ignoreExisting);
  if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(`${path} is not a folder`), { code: "ENOTDIR" });
}

/** Another process may create it, too. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
