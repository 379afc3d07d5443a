import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { escapeWide } from "../../scripts/one-byte-text.ts";

/** Enough text that the escapes are worth their space. */
const padding = `/* ${"x".repeat(200)} */`;

test.each([
  ['"…"', "…"],
  ['"\\…"', "…"],
  ['"\\\\…"', "\\…"],
  ['"\\\\\\…"', "\\…"],
  ["'🙂'", "🙂"],
  ["`a…`", "a…"],
  ['/^[✓-✗]$/.test("✓")', true],
  ['/^.$/u.test("🙂") && /^🙂$/u.test("🙂")', true],
  ['({ ƒ: "é" }).ƒ', "é"],
  ["'\u2028'", "\u2028"],
])("%s is the same program in characters of one byte", (code, result) => {
  const escaped = escapeWide(`${padding}${code}`);

  expect(escaped).toMatch(/^[\0-\xff]*$/);
  expect(runInNewContext(escaped)).toBe(result);
});

test("a raw template is refused, and a text of wide characters stays as it is", () => {
  expect(() => escapeWide("String.raw`…`")).toThrow("raw template");
  expect(escapeWide('"………………………………"')).toBe('"………………………………"');
});
