import type { OutputOptions } from "rolldown";

/** How every package of the repository is written. */
export const outputFormat = {
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  cleanDir: true,
  minify: { mangle: false, compress: true, codegen: true },
  keepNames: true,
} as const satisfies OutputOptions;
