import { expect, test } from "vitest";
import { formatDefinitions, wrapText, wrapToPage } from "../../../src/cli/output/wrap-text.ts";

test("lines are of whole words, none wider than wanted unless a word is", () => {
  expect(wrapText("one two three", 7)).toBe("one two\nthree");
  expect(wrapText("one two three", 7, "  ")).toBe("one two\n  three");
  expect(wrapText("a-word-that-is-too-long for it", 6)).toBe("a-word-that-is-too-long\nfor it");
  expect(wrapText("", 7)).toBe("");
});

test("Chinese and Japanese may break before each character, but not before a closing mark", () => {
  expect(wrapText("次の段階。", 8)).toBe("次の段\n階。");
  expect(wrapText("id=次の段階", 5, "  ")).toBe("id=次\n  の段\n  階");
});

test("a paragraph keeps its indent on a page, and stays one line without a page", () => {
  expect(wrapToPage("  one two three", { columns: 10 })).toBe("  one\n    two\n    three");
  expect(wrapToPage("  one two three", undefined)).toBe("  one two three");
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
