import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test.each(["SECURITY.md", "docs/internals/reliability.md"])("every test that %s names exists", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const named = [...text.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, path = ""]) => path);

  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("every threat has a test or states a limit", () => {
  const table = readFileSync(join(root, "SECURITY.md"), "utf8").split("## Threats")[1] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("| ") && !/^\| (?:---|threat )/.test(line));

  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !/\.test\.ts`|Limit:/.test(row))).toEqual([]);
});
