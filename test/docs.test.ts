import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { commandDefinitions, generatedDocs, helpTexts } from "../scripts/generated-docs.ts";

const root = join(import.meta.dirname, "..");
const docs = await generatedDocs();

test.each([...docs.keys()])("%s is what `npm run docs` makes of the program", async (file) => {
  expect(await readFile(join(root, file), "utf8")).toBe(docs.get(file));
});

test("docs/internals/layout.md names every folder, and none that is not there", async () => {
  const [, tree = ""] = /^((?: {4}.*\n)+)/m.exec(await readFile(join(root, "docs/internals/layout.md"), "utf8")) ?? [];
  const named = tree.match(/[\w-]+(?=\/)/g);
  const there = globSync(["*/", "src/*/", "src/{lib,cli}/*/"], { cwd: root, exclude: ["node_modules", "dist*"] });

  for (const folder of there) expect(named).toContain(basename(folder));
});

const lint = spawnSync("mandoc", ["-Tlint", "-W", "warning"], {
  input: docs.get("man/xtenant.1") ?? "",
  encoding: "utf8",
});

test.skipIf(lint.error)("mandoc finds nothing wrong with the manual page (skipped where it is not installed)", () => {
  // A page that is the same on every day has no date.
  const found = lint.stdout.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
  expect(found).toEqual([]);
});

const texts = await helpTexts();

test.each([...texts.keys()])("the help of `%s` is as it was reviewed", async (typed) => {
  const golden = join(import.meta.dirname, "golden/help", `${typed.replaceAll(" ", "-")}.txt`);

  await expect(texts.get(typed)).toMatchFileSnapshot(golden);
});

test("every command has two examples at least, and says what to read next", async () => {
  const lacking = (await commandDefinitions()).filter(
    ({ definition: { examples, seeAlso = [] } }) => examples.length < 2 || seeAlso.length === 0,
  );
  expect(lacking.map(({ typed }) => typed)).toEqual([]);
});

test("no group of options is longer than eight, what holds for every command comes last, and examples follow", () => {
  for (const [typed, text] of texts) {
    const sections = text.split("\n\n").map((section) => section.split("\n"));
    const headed = sections.filter(([heading = ""]) => /^[A-Z].*:$/.test(heading));
    const long = headed.filter(([heading, ...lines]) => {
      const items = lines.filter((line) => /^ {2}-/.test(line)).length;
      return items > 8 && heading !== "Global Options:";
    });
    expect([typed, ...long.map(([heading]) => heading)]).toEqual([typed]);
    const rest = headed.map(([heading]) => heading).slice(-3);
    expect([typed, ...rest.slice(rest.indexOf("Global Options:"))]).toEqual([
      typed,
      "Global Options:",
      ...["Examples:", "See also:"].filter((heading) => rest.includes(heading)),
    ]);
  }
});
