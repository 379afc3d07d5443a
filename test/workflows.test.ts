import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const workflows = globSync(".github/workflows/*.yml", { cwd: root });

test.each(workflows)("%s runs only npm scripts, programs and tests that exist", (file) => {
  const text = read(file);
  const { scripts } = JSON.parse(read("package.json"));
  const used = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script);
  const paths = text.match(/(?<=\s)(?:\.ci|scripts|test)\/[\w./-]+/g) ?? [];

  expect(used.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("CI lints, tests on three systems, runs the end-to-end tests, and builds without the patches", () => {
  const ci = read(".github/workflows/ci.yml");

  expect(ci.match(/^ {2}[\w-]+(?=:$)/gm)?.slice(-4)).toEqual(["  lint", "  unit", "  e2e", "  plain-bundle"]);
  for (const system of ["ubuntu", "macos", "windows"]) expect(ci).toMatch(new RegExp(`os: .*${system}`));
});
