import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { builtinsOnDemand } from "./builtins-on-demand.ts";
import { startLighter } from "./start-lighter.ts";
import { thirdPartyNotices } from "./third-party.ts";

/** What every command line needs, or many do and is small, in one file: each further one costs most of a millisecond. */
const start = [
  /src\/(?:process|main|program)\.ts$/,
  /src\/commands\/help(?:\/[\w-]+)?\.ts$/,
  /src\/lib\/[\w-]+\.ts$/,
  /src\/lib\/store\/(?!kept-tokens|private-file|customer-list)/,
  /src\/lib\/cli\/(?:compile-cache|log|parsers|plain-text|print-failure|printer|run|style|table|teach|terminal|late-rejections)\.ts$/,
  /src\/lib\/tenancy\/(?:customer|find-customer|did-you-mean|message-record|property)\.ts$/,
  /node_modules\/(?:commander|@commander-js|chalk)\//,
  /@oxc-project.runtime/,
];

/** What several commands share and what loads no package: a small file for each would cost more than one that is not all needed. */
const shared =
  /src\/lib\/(?:messaging|outgoing|board|sinks|onboarding|cli)\/|src\/lib\/tenancy\/(?!config|local-settings|customer-row)/;

/** One bundle, split where a command or an SDK is loaded on first use, so that `--help` reads three small files only. */
export async function bundle(folder: string): Promise<void> {
  await using built = await rolldown({
    input: { xtenant: join(import.meta.dirname, "../bin/xtenant.ts") },
    platform: "node",
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
        { name: "remedies", test: /src\/lib\/azure\/remedies\// },
        { name: "shared", test: shared, minShareCount: 3 },
      ],
    },
  });
  await chmod(join(folder, "xtenant.js"), 0o755);
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  await writeFile(join(folder, "THIRD-PARTY.txt"), await thirdPartyNotices(modules));
}
