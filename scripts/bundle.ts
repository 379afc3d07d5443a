import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { builtinsOnDemand } from "./builtins-on-demand.ts";
import { startLighter } from "./start-lighter.ts";
import { thirdPartyNotices } from "./third-party.ts";

/**
 * Code that every command needs, or that is small and many need, in one file. Each additional file costs most of a
 * millisecond.
 */
const start = [
  /(?:bin\/(?:process|compile-cache|late-rejections)|src\/(?:main|program))\.ts$/,
  /src\/commands\/help(?:\/[\w-]+)?\.ts$/,
  /src\/lib\/(?:errors\/failure|ports\/lazy-azure-services|domain\/omit-undefined|config\/cache-folder)\.ts$/,
  /src\/lib\/config\/(?:config-file|environment-overrides|find-config)\.ts$/,
  /src\/lib\/config\/files\/(?!private-file)/,
  /src\/cli\/(?:run-command|options\/parsers|help\/[\w-]+)\.ts$/,
  /src\/cli\/output\/(?:log|plain-text|print-failure|printer|style|table)\.ts$/,
  /src\/cli\/terminal\/terminal\.ts$/,
  /src\/lib\/domain\/(?:customer|nearest-name|message-record|message-property)\.ts$/,
  /src\/lib\/config\/select-customers\.ts$/,
  /node_modules\/(?:commander|@commander-js|chalk)\//,
  /@oxc-project.runtime/,
];

/**
 * Code that several commands share and that loads no package. A small file for each would cost more than one larger
 * file.
 */
const shared = /src\/lib\/(?:receive|respond|send|status|concurrency|processes|onboarding|domain)\/|src\/cli\//;

/** One bundle, split where a command or an SDK is loaded on first use. `--help` reads only three small files. */
export async function bundle(folder: string): Promise<void> {
  await using built = await rolldown({
    input: { xtenant: join(import.meta.dirname, "../bin/xtenant.ts") },
    platform: "node",
    external: ["xtenant-sandbox"],
    transform: { target: "node22.19" },
    plugins: [startLighter, builtinsOnDemand],
  });
  const { output } = await built.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    cleanDir: true,
    minify: { mangle: false, compress: true, codegen: true },
    keepNames: true,
    codeSplitting: {
      groups: [
        { name: "start", test: (id) => start.some((part) => part.test(id)) },
        { name: "remedies", test: /src\/lib\/errors\/catalog\// },
        { name: "shared", test: shared, minShareCount: 3 },
      ],
    },
  });
  await chmod(join(folder, "xtenant.js"), 0o755);
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  await writeFile(join(folder, "THIRD-PARTY.txt"), await thirdPartyNotices(modules));
}
