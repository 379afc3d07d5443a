import xterm from "@xterm/headless";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Context } from "../../../src/cli/context.ts";
import { openProgress, openWaitLine, withWaitLine } from "../../../src/cli/status-line/progress.ts";
import { bareContext } from "../../fakes/bare-context.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
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

test("a notice is written where the line of the wait was, and stays", async () => {
  const terminal = fakeTerminal({ isTTY: true });
  const info = (text: string) => void terminal.stderr.write(`${text}\n`);
  const context = { ...bareContext(), terminal, log: { ask: info, info, debug: info } };
  async function* work({ log }: Context) {
    vi.advanceTimersByTime(1_200);
    log.info("received 1 message");
    yield 1;
  }

  await Array.fromAsync(withWaitLine(context, (seconds) => `receiving (${seconds} s)`, work));

  expect(terminal.stderr.text()).toContain("receiving (1 s)");
  const screen = new xterm.Terminal({ cols: 80, rows: 3, convertEol: true, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(terminal.stderr.text(), resolve));
  const lines = [0, 1, 2].map((row) => screen.buffer.active.getLine(row)?.translateToString(true));
  expect(lines).toEqual(["received 1 message", "", ""]);
});

test("a stop takes the line of the wait away at once", async () => {
  const stop = new AbortController();
  const terminal = fakeTerminal({ isTTY: true, signal: stop.signal });
  using _line = await openWaitLine(terminal, {}, (seconds) => `waiting (${seconds} s)`);
  vi.advanceTimersByTime(1_200);
  stop.abort();
  vi.advanceTimersByTime(1_200);
  const screen = new xterm.Terminal({ allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => screen.write(terminal.stderr.text(), resolve));

  expect(terminal.stderr.text()).toContain("waiting (1 s)");
  expect(screen.buffer.active.getLine(0)?.translateToString(true)).toBe("");
});
