import { expect, test } from "vitest";
import { styleFor } from "../../../src/cli/output/style.ts";
import { createEventRate } from "../../../src/cli/status-line/event-rate.ts";
import { formatRate, formatStatusLine } from "../../../src/cli/status-line/status-line-text.ts";
import { output } from "../../fakes/output.ts";

const plain = styleFor(output(), {}, false);

/** Five minutes of one message a second from acme, then twelve seconds of silence. */
function afterFiveMinutes() {
  let now = Date.UTC(2026, 0, 1);
  const recent = createEventRate(() => now);
  for (let second = 0; second < 300; second += 1) {
    now += 1_000;
    recent.note("acme");
  }
  now += 12_000;
  return { recent, now };
}

const counts = [
  { sign: "✓", text: "11 live", paint: plain.green },
  { sign: "✗", text: "1 failing", paint: plain.red },
];

test.each([
  [100, "✓ 11 live  ✗ 1 failing  tailspin  47/min  last acme 12s ago  ████████████████████████████▂▁"],
  [80, "✓ 11 live  ✗ 1 failing  tailspin  47/min  last acme 12s ago  ████████████████▂▁"],
  [60, "✓ 11 live  ✗ 1 failing  tailspin  47/min  last acme 12s ago"],
  [40, "✓ 11 live  ✗ 1 failing  last 12s ago"],
  [24, "✓ 11 live  ✗ 1 failing"],
  [12, "✓ 11 live  "],
])("at %i columns it shows what fits", (columns, line) => {
  const { recent, now } = afterFiveMinutes();
  const said = formatStatusLine({ counts, names: ["tailspin"], recent, now }, plain, columns);

  expect(said).toBe(line);
  expect(said.length).toBeLessThan(columns);
});

test("without a message there is no rate and no trend", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(formatStatusLine({ counts, recent: createEventRate(() => now), now }, plain, 80)).toBe(
    "✓ 11 live  ✗ 1 failing  no message yet",
  );
});

test("a tail of several days keeps the counts of five minutes", () => {
  let now = 0;
  const recent = createEventRate(() => now);
  recent.note("acme");
  now += 3 * 86_400_000;
  expect(recent.slices()).toHaveLength(30);
  expect(recent.rate()).toBe(0);
});

test.each([
  [0, ""],
  [0.001, "1/min"],
  [0.5, "30/min"],
  [3.21, "3.2/s"],
  [1234.5, "1235/s"],
])("%d a second is readable as %j", (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});
