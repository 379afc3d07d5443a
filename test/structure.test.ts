import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { expect, test } from "vitest";

// Biome checks the layers, the globals and cycles (biome.json). These tests check what its rules cannot express.

const root = join(import.meta.dirname, "..");
const sources = globSync("{bin,src}/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".d.ts"));

/** The modules that a file imports statically: paths from the root, or names of packages. */
function eagerImports(file: string): readonly string[] {
  return parseAst(readFileSync(join(root, file), "utf8"), { lang: "ts" }).body.flatMap((statement) => {
    const isImport = statement.type === "ImportDeclaration" && statement.importKind !== "type";
    const isReexport = statement.type === "ExportNamedDeclaration" && statement.exportKind !== "type";
    const source = isImport || isReexport ? statement.source : null;
    if (source === null || source === undefined) return [];
    const { value } = source;
    return [value.startsWith(".") ? relative(root, join(root, dirname(file), value)) : value];
  });
}

function reachableFrom(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    if (file.endsWith(".ts")) for (const next of eagerImports(file)) visit(next);
  };
  starts.forEach(visit);
  return reached;
}

test("--help loads no SDK, sandbox, schema library or prompt", () => {
  const reached = reachableFrom([
    "bin/xtenant.ts",
    "src/main.ts",
    "src/lib/azure/azure-services.ts",
    "src/commands/help.ts",
    ...sources.filter((file) => file.startsWith("src/commands/")),
  ]);

  const packages = [...reached].filter((path) => !/^(?:bin|src|node:)/.test(path) && !path.endsWith("package.json"));
  expect(reached.size).toBeGreaterThan(100);
  expect(packages.sort()).toEqual(["commander", "fast-string-width", "picocolors"]);
});

test("a command loads no other command, except the commands under it", () => {
  const isBelow = (from: string, to: string) =>
    dirname(to) === from.replace(/\.ts$/, "") || dirname(to) === dirname(from);
  const commands = sources.filter((file) => file.startsWith("src/commands/"));
  const wrong = commands.flatMap((from) =>
    eagerImports(from)
      .filter(
        (to) =>
          to.startsWith("src/commands/") &&
          (dirname(from) === "src/commands" ? dirname(to) !== from.replace(/\.ts$/, "") : !isBelow(from, to)),
      )
      .map((to) => `${from} → ${to}`),
  );

  expect(commands.length).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
});

test("file names say what is inside", () => {
  expect(sources.filter((file) => /(?:^|\/)(?:utils?|helpers?|types|constants|common)(?:\.ts|\/)/.test(file))).toEqual(
    [],
  );
});
