import { describe, expect, test } from "vitest";
import { plainLine, plainText } from "../../../src/lib/domain/plain-text.ts";
import { random } from "../../fakes/random.ts";

/** First and last code point of what a terminal obeys, hides or reorders; written out, so that it is not our own pattern again. */
const unprintables = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0001, 0xe0001],
  [0xe0020, 0xe007f],
] as const;
const isUnprintable = (character: string) => {
  const code = character.codePointAt(0) ?? 0;
  return unprintables.some(([first, last]) => first <= code && code <= last);
};

const shown = (text: string) =>
  text.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

describe("foreign text", () => {
  test.each([
    ["a colour", "\u001b[31mred\u001b[0m", "\\u{1b}[31mred\\u{1b}[0m"],
    ["a window title", "\u001b]0;owned\u0007", "\\u{1b}]0;owned\\u{7}"],
    ["a link", "\u001b]8;;https://evil.example\u001b\\x", "\\u{1b}]8;;https://evil.example\\u{1b}\\x"],
    ["a one-byte control sequence", "\u009b31m", "\\u{9b}31m"],
    ["a return to the line's start", "safe\revil", "safe\\u{d}evil"],
    ["a backspace", "a\bb", "a\\u{8}b"],
    ["a zero byte", "a\0b", "a\\u{0}b"],
    ["a delete", "a\u007fb", "a\\u{7f}b"],
    ["a text turned around", "a\u202eb\u202c", "a\\u{202e}b\\u{202c}"],
    ["an isolate", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["a line separator", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["a zero-width space", "ac\u200bme", "ac\\u{200b}me"],
    ["a soft hyphen", "ac\u00adme", "ac\\u{ad}me"],
    ["a byte order mark", "\ufeffa", "\\u{feff}a"],
    ["tag characters", "a\u{e0041}\u{e007f}", "a\\u{e0041}\\u{e007f}"],
  ])("shows %s instead of obeying it", (_, foreign, plain) => {
    expect(plainText(foreign)).toBe(plain);
  });

  test.each(["", "Grüße", "日本語", "مرحبا", "🎉", "e\u0301", "tab\tand\nline feed", "C:\\temp"])(
    "that does no harm stays as it is: %j",
    (text) => {
      expect(plainText(text)).toBe(text);
    },
  );

  test("on one line has no line feeds and no tabs", () => {
    expect(plainLine("a\nb\tc\u001b")).toBe("a\\nb\\tc\\u{1b}");
  });
});

test("no text whatsoever gets a control through, and nothing else is lost", () => {
  const next = random(20_260_101);
  const codePoint = () => {
    const pick = next();
    const [first, last] = unprintables[Math.floor(next() * unprintables.length)] ?? [0, 0];
    if (pick < 0.4) return first + Math.floor(next() * (last - first + 1));
    if (pick < 0.8) return 0x20 + Math.floor(next() * 0x2100);
    return Math.floor(next() * 0x110000);
  };
  for (let round = 0; round < 20_000; round += 1) {
    const foreign = String.fromCodePoint(...Array.from({ length: Math.floor(next() * 12) }, codePoint)).replaceAll(
      "\\",
      "/",
    );

    const plain = plainText(foreign);

    if ([...plain].some(isUnprintable) || shown(plain) !== foreign)
      expect.fail(`round ${round}: ${JSON.stringify(foreign)} became ${JSON.stringify(plain)}`);
    if (/[\n\t]/.test(plainLine(foreign))) expect.fail(`round ${round}: ${JSON.stringify(foreign)} is not one line`);
  }
});
