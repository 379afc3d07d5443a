import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { outputFormat } from "../scripts/output-format.ts";
import { thirdPartyNotices } from "../scripts/third-party.ts";

/**
 * Writes the package that is published into the folder: one bundle without dependencies, its manifest, and the texts that
 * go with it. The manifest in the repository points at the sources, so that nothing in the repository can run an old build.
 * It is private, so that only the built folder can be published.
 */
export async function buildSandbox(folder: string): Promise<void> {
  const here = import.meta.dirname;
  await using built = await rolldown({
    input: { start: join(here, "src/start.ts"), "xtenant-sandbox": join(here, "bin/xtenant-sandbox.ts") },
    platform: "node",
    transform: { target: "node22.19" },
  });
  const { output } = await built.write({ dir: folder, ...outputFormat });
  await chmod(join(folder, "xtenant-sandbox.js"), 0o755);
  const { private: _private, scripts: _scripts, devDependencies: _development, ...manifest } = await readManifest();
  const published = {
    ...manifest,
    bin: { "xtenant-sandbox": "xtenant-sandbox.js" },
    exports: { ".": "./start.js", "./package.json": "./package.json" },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
  await copyFile(join(here, "README.md"), join(folder, "README.md"));
  await copyFile(join(here, "../LICENSE"), join(folder, "LICENSE"));
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  await writeFile(join(folder, "THIRD-PARTY.txt"), await thirdPartyNotices(modules));
}

const readManifest = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(import.meta.dirname, "package.json"), "utf8"));

if (import.meta.main) await buildSandbox(join(import.meta.dirname, "dist"));
