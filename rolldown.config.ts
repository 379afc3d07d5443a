import { chmod } from "node:fs/promises";
import { defineConfig } from "rolldown";

/** One bundle, split where a command or an SDK is loaded on first use, so that `--help` reads a few kilobytes only. */
export default defineConfig({
  input: { xtenant: "bin/xtenant.ts" },
  platform: "node",
  transform: { target: "node22.19" },
  plugins: [{ name: "executable", writeBundle: () => chmod("dist/xtenant.js", 0o755) }],
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    cleanDir: true,
    minify: { mangle: false, compress: true, codegen: true },
    keepNames: true,
  },
});
