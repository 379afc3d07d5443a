import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder that is removed with its content. */
export async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "xtenant-sandbox-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
