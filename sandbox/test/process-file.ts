import { basename, join } from "node:path";
import { inject } from "vitest";

/** The file that starts this process: its bundle in projects that make one (`test/bundle-sandbox-processes.ts`), or its source. */
export function processFile(source: string): string {
  const bundles = inject("sandboxProcesses") as string | undefined;
  return bundles === undefined ? source : join(bundles, `${basename(source, ".ts")}.js`);
}
