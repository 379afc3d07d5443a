import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));

type Locked = {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
};
const lock: Readonly<Record<string, Locked>> = read("package-lock.json").packages;
/** A link leads to a package of this repository. */
const installed = Object.entries(lock).filter(([path, { link }]) => path.startsWith("node_modules/") && !link);

test("the lock file has a hash for every package, and only packages of npm's registry", () => {
  const registry = "https://registry.npmjs.org/";
  const strange = installed.filter(
    ([, { resolved = registry, integrity = "" }]) => !resolved.startsWith(registry) || !integrity.startsWith("sha512-"),
  );

  expect(installed.length).toBeGreaterThan(100);
  expect(strange.map(([path]) => path)).toEqual([]);
});

test("the packages with an install script are known, and only node may run its script", () => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));

  // Tests use the WebAssembly of this grammar. Its script, which may not run, would compile the grammar again.
  expect(scripted.sort()).toEqual(["esbuild", "node", "tree-sitter-bicep"]);
  expect(read("package.json").allowScripts).toEqual({ node: true });
});

/** Licences that allow the code in a bundle if their text is included. */
const permissive = [
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "Python-2.0",
  // Its files stay under it. The notices name their source, which is unchanged.
  "MPL-2.0",
];

test("packages that may be in the bundle, and their dependencies, have a licence that permits this", () => {
  const imported = new Set(bundled());
  const reached = new Map<string, string>();
  const visit = (name: string) => {
    if (reached.has(name)) return;
    const { license, dependencies = {} } = read(`node_modules/${name}/package.json`);
    reached.set(name, String(license));
    for (const dependency of Object.keys(dependencies)) if (lock[`node_modules/${dependency}`]) visit(dependency);
  };
  for (const name of imported) visit(name);
  const others = [...reached].filter(
    ([, license]) =>
      !license
        .replace(/[()]/g, "")
        .split(/ OR /)
        .some((one) => permissive.includes(one)),
  );

  expect(imported.size).toBeGreaterThan(10);
  expect(others).toEqual([]);
});

test("the published packages depend on each other only, and have no install script", () => {
  const [xtenant, sandbox] = [read("package.json"), read("sandbox/package.json")];
  const dependenciesOf = ({ dependencies = {}, optionalDependencies = {}, peerDependencies = {} }) =>
    Object.entries({ ...dependencies, ...optionalDependencies, ...peerDependencies });

  expect(dependenciesOf(xtenant)).toEqual([["xtenant-sandbox", sandbox.version]]);
  expect(dependenciesOf(sandbox)).toEqual([]);
  expect(xtenant.files).not.toContain("test");
  for (const { scripts } of [xtenant, sandbox])
    expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([]);
});

test("workflows pin every action to a commit, request minimal permissions, and publish with provenance", () => {
  const workflows = globSync("{.github/workflows,examples/github-actions}/*.yml", { cwd: root }).map((file) =>
    readFileSync(join(root, file), "utf8"),
  );
  const text = workflows.join("\n");

  expect(workflows.length).toBeGreaterThan(0);
  expect(text.match(/uses: (?!\.\/|.*@[0-9a-f]{40} # v\d+\.\d+\.\d+$).*/gm) ?? []).toEqual([]);
  for (const workflow of workflows) expect(workflow).toMatch(/^permissions:/m);
  expect(text).toMatch(/npm publish --provenance/);
  expect(text).toMatch(/npm sbom/);
});

const nameOf = (path: string) => path.split("node_modules/").at(-1) ?? path;

/** Packages that the sources import, by name. */
function bundled(): readonly string[] {
  const sources = globSync("{bin,src,sandbox/bin,sandbox/src}/**/*.ts", { cwd: root }).filter(
    (file) => !file.endsWith(".d.ts"),
  );
  return sources.flatMap((file) => {
    const found = readFileSync(join(root, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"((?:@[\w-]+\/)?[\w.-]+)/g);
    return [...found]
      .map(([, name = ""]) => name)
      .filter((name) => !/^(?:node$|\.|node:)/.test(name) && lock[`node_modules/${name}`]);
  });
}
