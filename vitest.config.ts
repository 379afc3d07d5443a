import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: a test file that starts processes of its own needs one of them.
    maxWorkers: 2,
    globalSetup: [],
  },
});
