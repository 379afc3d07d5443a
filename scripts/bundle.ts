import { chmod, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type CodeSplittingOptions, type InputOptions, rolldown } from "rolldown";
import { builtinsOnDemand } from "./builtins-on-demand.ts";
import { writeHelpPages } from "./help-pages.ts";
import { inkWithoutAwait, reactForProduction } from "./ink-without-await.ts";
import { oneByteText } from "./one-byte-text.ts";
import { outputFormat } from "./output-format.ts";
import { thirdPartyNotices } from "./third-party.ts";

const root = join(import.meta.dirname, "..");

type BundleOptions = { readonly plain?: boolean };

/** Writes the program, its pages of help, the library and the notices of third parties. */
export async function bundle(folder: string, options: BundleOptions = {}): Promise<void> {
  const modules = [...(await bundleProgram(folder, options)).values(), await bundleLibrary(join(folder, "library"))];
  await writeHelpPages(join(folder, "help"));
  await writeFile(join(folder, "THIRD-PARTY.txt"), await thirdPartyNotices(modules.flat()));
}

/**
 * Writes one bundle, split where a command or an SDK is loaded on first use. A plain bundle has none of the measures for a fast
 * start (docs/internals/decisions/0031-plain-bundle.md). It shows whether one of them causes a fault.
 *
 * @returns the source files in each file of the bundle, by the file's name without its folder
 */
export async function bundleProgram(
  folder: string,
  { plain = process.env.XTENANT_PLAIN_BUNDLE === "1" }: BundleOptions = {},
): Promise<ReadonlyMap<string, readonly string[]>> {
  await using built = await rolldown({
    input: { xtenant: join(root, "bin/xtenant.ts") },
    platform: "node",
    // The sandbox is a package of its own.
    external: ["xtenant-sandbox"],
    // The entry of the library only exports: what a command does not use is not loaded.
    treeshake: { moduleSideEffects: [{ test: /\/src\/lib\/entry\//, sideEffects: false }] },
    ...(plain
      ? { plugins: [inkWithoutAwait], transform: { target: "node22.19", define: reactForProduction } }
      : fasterStart),
  });
  const { output } = await built.write({
    dir: folder,
    ...outputFormat,
    ...(plain ? {} : { codeSplitting: fewerFiles() }),
  });
  await chmod(join(folder, "xtenant.js"), 0o755);
  const chunks = output.filter((file) => file.type === "chunk");
  return new Map(chunks.map(({ fileName, moduleIds }) => [basename(fileName), moduleIds]));
}

/**
 * Writes the library beside the program, with files of its own: it must not load a command line. Its types are the file of its public
 * types, which imports nothing (docs/internals/decisions/0040-library.md).
 *
 * @returns the source files in it
 */
async function bundleLibrary(folder: string): Promise<readonly string[]> {
  const source = join(root, "src/lib");
  await using built = await rolldown({
    input: { index: join(source, "index.ts") },
    platform: "node",
    plugins: [oneByteText],
    transform: { target: "node22.19" },
  });
  const { output } = await built.write({ dir: folder, ...outputFormat });
  const types = await readFile(join(source, "entry/api.ts"), "utf8");
  await writeFile(join(folder, "index.d.ts"), `${types}\n${libraryDeclarations}`);
  return output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}

/** What src/lib/index.ts exports beside the types. A test compares them. */
const libraryDeclarations = `/** The library. It reads the config when it is first needed, and changes nothing of its process. */
export declare function createXtenant(options?: XtenantOptions): Xtenant;

/** An expected error. Its code is in the catalog. */
export declare const Failure: FailureClass;
export type Failure = FailureDetails;
`;

/** What the program does not need is not loaded. */
const fasterStart: InputOptions = {
  plugins: [inkWithoutAwait, builtinsOnDemand, oneByteText],
  resolve: { alias: { "#supports-color": join(import.meta.dirname, "no-color-detection.ts") } },
  // A mention of FormData makes Node load its fetch: 12 ms. No request of the program has such a body.
  transform: { target: "node22.19", define: { FormData: "undefined", ...reactForProduction } },
};

type Graph = { readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null };

/** What a command loads to select customers and to print how each of them failed. */
const customerModules = new RegExp(
  [
    "/src/cli/options/(?:customer|role|scope)-options?",
    "/src/cli/output/(?:customer-failure|failure-groups)",
    "/src/cli/views/onboarding-step-view",
    "/src/lib/config/select-customers",
    "/src/lib/domain/(?:app-registration|cloud-endpoints|consent-link|transport)",
    "/src/lib/onboarding/(?:link-for|emit/emit-forms)",
  ].join("|"),
);

/**
 * Each file that is loaded costs most of a millisecond. One file has the modules that every command line loads, one has those for
 * customers, and one those that read the config. The last one has what else at least three commands share.
 */
function fewerFiles(): CodeSplittingOptions {
  let first: ReadonlySet<string> | undefined;
  let always: ReadonlySet<string> | undefined;
  let credentials: ReadonlySet<string> | undefined;
  let config: ReadonlySet<string> | undefined;
  return {
    groups: [
      {
        debugName: "start",
        name(id, graph) {
          // A file of its own, which is loaded first: it prints a page of help, or turns on the cache for the others.
          first ??= staticImports(graph, ["bin/first.ts"]);
          if (first.has(id)) return "first";
          always ??= staticImports(graph, ["bin/process.ts"]);
          return always.has(id) || /@oxc-project.runtime/.test(id) ? "start" : null;
        },
      },
      { name: "error-catalog", test: /src\/lib\/errors\/catalog\// },
      { name: "customers", test: customerModules },
      {
        // The list of the environment variables needs the kinds of credentials, and no schema library.
        debugName: "credentials",
        name: (id, graph) => {
          credentials ??= staticImports(graph, ["src/lib/azure/credentials/credential-registry.ts"]);
          return credentials.has(id) ? "credentials" : null;
        },
      },
      {
        debugName: "config",
        name: (id, graph) => {
          config ??= staticImports(graph, ["src/lib/config/config.ts"]);
          return config.has(id) ? "config" : null;
        },
      },
      { name: "shared", test: /\/src\/(?:cli|lib)\/(?!azure|telemetry|config|app-registration)/, minShareCount: 3 },
    ],
  };
}

/** The modules that these files import, directly or through others, without those that are imported on first use. */
function staticImports(graph: Graph, files: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) visit(imported);
  };
  for (const file of files) visit(join(root, file));
  return found;
}
