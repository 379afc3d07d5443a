import { expect, test } from "vitest";
import { table } from "../../../src/cli/output/table.ts";

test("columns are as wide as their widest cell, two spaces apart, without space at the end", () => {
  expect(
    table([
      ["CUSTOMER", "QUEUE"],
      ["acme", "commands"],
      ["a-long-customer", ""],
    ]),
  ).toBe(["CUSTOMER         QUEUE", "acme             commands", "a-long-customer"].join("\n"));
});

test("colour does not count as width", () => {
  const text = table(
    [
      ["a", "b"],
      ["long", "c"],
    ],
    (cell, column) => (column === 0 ? `<${cell}>` : cell),
  );

  expect(text).toBe(["<a>     b", "<long>  c"].join("\n"));
});

test("a row may be shorter than the first", () => {
  expect(table([["a", "b"], ["c"]])).toBe("a  b\nc");
});

test("no rows are no text", () => {
  expect(table([])).toBe("");
});
