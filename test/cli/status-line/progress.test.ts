import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openProgress } from "../../../src/cli/status-line/progress.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("on a terminal progress is one line that is redrawn, and gone when it is cleared", async () => {
  const terminal = fakeTerminal({ isTTY: true });
  const progress = await openProgress(terminal, {}, 10);

  progress.show(5);
  progress.show(6);
  vi.advanceTimersByTime(2_000);
  progress.show(8);
  progress.clear();

  expect(terminal.stderr.text()).toContain(`${"█".repeat(15)}${"░".repeat(15)} 5 of 10 sent, 5.0/s\n`);
  expect(terminal.stderr.text()).toContain(`${"█".repeat(24)}${"░".repeat(6)} 8 of 10 sent, 4.0/s\n`);
  expect(terminal.stderr.text()).not.toContain("6 of 10");
});

test("a window that is too narrow for a bar shows none", async () => {
  const terminal = fakeTerminal({ isTTY: true });
  const progress = await openProgress({ ...terminal, stderr: Object.assign(terminal.stderr, { columns: 28 }) }, {}, 10);
  progress.show(5);
  expect(terminal.stderr.text()).toContain("5 of 10 sent");
  expect(terminal.stderr.text()).not.toContain("█");
});

test.each([
  ["a pipe", { isTTY: false }, {}],
  ["--quiet", { isTTY: true }, { quiet: true }],
  ["a terminal that cannot redraw", { isTTY: true, env: { TERM: "dumb" } }, {}],
])("%s shows none", async (_, options, log) => {
  const terminal = fakeTerminal(options);
  const progress = await openProgress(terminal, log, 10);

  progress.show(5);
  progress.clear();

  expect(terminal.stderr.text()).toBe("");
});
