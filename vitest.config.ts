import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests that start the sandbox in their own process. */
const onSandbox = ["test/**/*-on-sandbox.test.ts", "sandbox/test/**/*.test.ts"];

/** Those of them that change nothing of their process: the sandbox's HTTP services, called without a socket, and its queues. */
const sharingAProcess = [
  "sandbox/test/{arm,entra,faults,graph,seed}/*.test.ts",
  "sandbox/test/{distance,github,imds}.test.ts",
  "sandbox/test/service-bus/{heap,journal,queue-store,recorded-texts,session-store}.test.ts",
  "sandbox/test/service-bus-admin/atom.test.ts",
  "sandbox/test/state/packing.test.ts",
];

/** Tests that start the program, a browser or another client. */
const endToEnd = ["test/e2e/**/*.test.ts", "test/independent/**/*.test.ts"];

/** Builds the program that these tests start. */
const globalSetup = "test/build-program.ts";

/** Starts the Azure CLI once for all tests that use it. */
const startAz = "test/start-az.ts";

/** Bundles the sandboxes that tests start as processes of their own. */
const bundleSandboxes = "test/bundle-sandbox-processes.ts";

/** The fault rig, and the tests of the threat model. */
const faults = ["test/faults/**/*.test.ts", "test/threats/**/*.test.ts"];

/** Commands that run in the process of a test would use the contexts of the person who runs the tests. */
const ownHome = { HOME: fileURLToPath(new URL("node_modules/.cache/home", import.meta.url)) };

export default defineConfig({
  // The examples import the package by its name.
  resolve: { alias: { xtenant: fileURLToPath(new URL("src/lib/index.ts", import.meta.url)) } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One second, the default, is too short on a machine that does much at once.
    expect: { poll: { timeout: 20_000 } },
    env: {
      // Views show local time.
      TZ: "UTC",
      // The programs that tests start are compiled once, and not each time.
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)),
    },
    // Two cores: test files mostly wait, for processes that they start and for the SDK's pauses.
    maxWorkers: 6,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...onSandbox, ...endToEnd, ...faults],
          env: ownHome,
          // No unit test replaces a module, so the files share what a worker has loaded: 19 s instead of 44 s.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "contract",
          include: onSandbox,
          exclude: sharingAProcess,
          env: ownHome,
          globalSetup: bundleSandboxes,
        },
      },
      // The files share what a worker has loaded: 6 CPU seconds instead of 14.
      { extends: true, test: { name: "contract-shared", include: sharingAProcess, isolate: false } },
      { extends: true, test: { name: "e2e", include: endToEnd, globalSetup: [globalSetup, startAz] } },
      { extends: true, test: { name: "faults", include: faults, globalSetup } },
    ],
  },
});
