import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** One bundle, split where a command or an SDK is loaded on first use, so that `--help` reads a few kilobytes only. */
export async function bundle(folder: string): Promise<void> {
  await using built = await rolldown({
    input: { xtenant: join(import.meta.dirname, "../bin/xtenant.ts") },
    platform: "node",
    transform: { target: "node22.19" },
  });
  await built.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    cleanDir: true,
    minify: { mangle: false, compress: true, codegen: true },
    keepNames: true,
  });
  await chmod(join(folder, "xtenant.js"), 0o755);
}
