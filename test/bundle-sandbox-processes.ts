import { join } from "node:path";
import { rolldown } from "rolldown";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the bundles. */
    sandboxProcesses: string;
  }
}

/**
 * Bundles the programs that tests start as a sandbox or a broker of their own. One file loads in half the time of the sources, and
 * the contract tests start a hundred. Each run of the tests bundles them again, so no test starts an old one.
 */
export default async function setup(project: TestProject): Promise<void> {
  const root = join(import.meta.dirname, "..");
  const folder = join(root, "node_modules/.cache/sandbox-processes");
  const tests = join(root, "sandbox/test");
  await using bundles = await rolldown({
    input: {
      "run-sandbox": join(tests, "run-sandbox.ts"),
      "broker-process": join(tests, "service-bus/broker-process.ts"),
    },
    platform: "node",
    transform: { target: "node22.19" },
  });
  await bundles.write({ dir: folder });
  project.provide("sandboxProcesses", folder);
}
