import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedDocs, helpTexts } from "../scripts/generated-docs.ts";

const root = join(import.meta.dirname, "..");
const docs = await generatedDocs();

test.each([...docs.keys()])("%s is what `npm run docs` makes of the program", async (file) => {
  expect(await readFile(join(root, file), "utf8")).toBe(docs.get(file));
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
