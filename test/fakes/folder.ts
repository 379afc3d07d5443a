import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder that is removed with its contents, also while a program that a test cannot wait for still writes there at its end. */
export async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "xtenant-test-"));
  return {
    path,
    names: async () => (await readdir(path)).sort(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}
