import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const documents = globSync("docs/internals/**/*.md", { cwd: root }).sort();
const codeIn = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

const folders = "bin|src|sandbox|test|scripts|bench|docs|deploy|examples|man|schema|\\.github|\\.ci";
const path = new RegExp(`^(?:${folders})/[\\w./-]*$`);

/** What a build writes. */
const absent = new Set(["sandbox/dist"]);

test.each(documents)("every path in %s exists", (document) => {
  const paths = codeIn(readFileSync(join(root, document), "utf8")).filter((code) => path.test(code));

  expect(paths.filter((one) => !absent.has(one) && !existsSync(join(root, one)))).toEqual([]);
});

const sources = globSync("{bin,src,sandbox/src}/**/*.ts", { cwd: root })
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n");
const isDeclared = (name: string) =>
  new RegExp(`\\b(?:function\\*?|const|class|type) ${name}\\b|\\b${name}[(:]`).test(sources);

test("every function and registry that the layout names exists, and so does each folder of its tree", () => {
  const layout = readFileSync(join(root, "docs/internals/layout.md"), "utf8");
  const names = codeIn(layout).flatMap((code) => /^([a-z]+[A-Z]\w*)(?:\(\))?$/.exec(code)?.[1] ?? []);
  const tree = /src\/\n([\s\S]*?) {4}sandbox\//.exec(layout)?.[1] ?? "";
  const inSource = [...tree.matchAll(/^ {6,10}((?:[\w-]+\/ ?)+)/gm)].flatMap(([, found = ""]) =>
    found.trim().split(/ +/),
  );
  const known = globSync("src/**/", { cwd: root }).map((folder) => `${folder.split("/").at(-1)}/`);

  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !isDeclared(name))).toEqual([]);
  expect(inSource.length).toBeGreaterThan(15);
  expect(inSource.filter((folder) => !known.includes(folder))).toEqual([]);
});
