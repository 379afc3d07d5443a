import { expect, test } from "vitest";
import { formatTime } from "../../../src/cli/output/format-time.ts";

const at = "2026-01-31T12:00:00.000Z";

test("a time of today has no date, and a time of another day has one", () => {
  expect(formatTime(at, { now: new Date("2026-01-31T18:00:00Z") })).toBe("12:00:00");
  expect(formatTime(at, { now: new Date("2026-02-01T18:00:00Z") })).toBe("2026-01-31 12:00:00");
});

test("a time in UTC says so", () => {
  expect(formatTime(at, { utc: true, now: new Date(at) })).toBe("12:00:00Z");
});
