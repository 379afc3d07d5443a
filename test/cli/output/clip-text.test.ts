import stringWidth from "fast-string-width";
import { expect, test } from "vitest";
import { clipText } from "../../../src/cli/output/clip-text.ts";

test.each([
  ["short", "short"],
  ["a longer text", "a longe…"],
  ["队列已满请稍后", "队列已…"],
  ["cafe\u0301 cafe\u0301", "cafe\u0301 ca…"],
])("%s is at most eight columns wide", (text, clipped) => {
  expect(clipText(text, 8)).toBe(clipped);
  expect(stringWidth(clipped)).toBeLessThanOrEqual(8);
});
