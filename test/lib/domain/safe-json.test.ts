import fc from "fast-check";
import { expect, test } from "vitest";
import { safeJson } from "../../../src/lib/domain/safe-json.ts";

test.each([
  ["DEL", "\u007f", "\\u007f"],
  ["the C1 control CSI", "\u009b31m", "\\u009b31m"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["a bidirectional override", "\u202egnp", "\\u202egnp"],
  ["a zero-width joiner", "a\u200db", "a\\u200db"],
  ["a tag character", "\u{e0041}", "\\udb40\\udc41"],
])("%s is printed as an escape", (_name, text, escaped) => {
  expect(safeJson({ body: text })).toBe(`{"body":"${escaped}"}`);
});

test("text that everybody can see stays as it is", () => {
  expect(safeJson({ body: "grün, 猫, 🎉" })).toBe('{"body":"grün, 猫, 🎉"}');
});

test("parsing gives the same value, and nothing hidden is left", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const text = safeJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});
