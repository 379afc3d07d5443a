import { expect, test } from "vitest";
import { formatDefinitions, wrapText } from "../../../src/cli/output/wrap-text.ts";

test("lines are of whole words, none wider than wanted unless a word is", () => {
  expect(wrapText("one two three", 7)).toBe("one two\nthree");
  expect(wrapText("one two three", 7, "  ")).toBe("one two\n  three");
  expect(wrapText("a-word-that-is-too-long for it", 6)).toBe("a-word-that-is-too-long\nfor it");
  expect(wrapText("", 7)).toBe("");
});

const rows = [
  ["NO_COLOR", "when set: no colour"],
  ["CI", "when set: nothing is asked"],
];

test("the description of a term stands beside it, wrapped to the page", () => {
  expect(formatDefinitions(rows, 22)).toBe(
    [
      "NO_COLOR  when set: no",
      "          colour",
      "CI        when set:",
      "          nothing is",
      "          asked",
    ].join("\n"),
  );
});

test("without a page each is on its line", () => {
  expect(formatDefinitions(rows)).toBe("NO_COLOR  when set: no colour\nCI        when set: nothing is asked");
});
