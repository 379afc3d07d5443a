import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { inkWithoutAwait, reactForProduction } from "./ink-without-await.ts";

const run = promisify(execFile);

/**
 * The marker by which Node detects that an executable carries a program (Node.js manual, Single executable
 * applications).
 */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** The reason why no executable can be built here. Undefined where one can. */
export const noExecutable = (): string | undefined => {
  if (process.platform !== "linux" || process.arch !== "x64") return `${process.platform}-${process.arch} is not built`;
  return injector() === undefined
    ? "postject is not installed (npm install --no-save postject@1.0.0-alpha.6)"
    : undefined;
};

/** One file that runs without an installed Node: this Node with the whole program in it. */
export async function buildExecutable(file: string): Promise<void> {
  const inject = injector();
  if (inject === undefined) throw new Error(noExecutable());
  const folder = await mkdtemp(join(tmpdir(), "xtenant-executable-"));
  try {
    const [script, blob, config] = ["xtenant.cjs", "xtenant.blob", "sea.json"].map((name) => join(folder, name));
    await oneScript(String(script));
    await writeFile(
      String(config),
      JSON.stringify({ main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true }),
    );
    await run(process.execPath, ["--experimental-sea-config", String(config)]);
    await mkdir(dirname(file), { recursive: true });
    await copyFile(process.execPath, file);
    await chmod(file, 0o755);
    await run(process.execPath, [inject, file, "NODE_SEA_BLOB", String(blob), "--sentinel-fuse", fuse]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The program as one CommonJS script, with all lazily loaded modules in it. */
async function oneScript(file: string): Promise<void> {
  await using built = await rolldown({
    input: join(import.meta.dirname, "../bin/executable.ts"),
    platform: "node",
    plugins: [inkWithoutAwait],
    transform: { target: "node24", define: reactForProduction },
  });
  await built.write({
    file,
    format: "cjs",
    strict: true,
    codeSplitting: false,
    minify: { mangle: false, compress: true, codegen: true },
    keepNames: true,
  });
}

function injector(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("postject/dist/cli.js");
  } catch {
    return undefined;
  }
}

if (import.meta.main) await buildExecutable(join(import.meta.dirname, "../dist-executable/xtenant"));
