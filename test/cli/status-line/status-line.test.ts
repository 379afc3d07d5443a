import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openScreen } from "../../../src/cli/terminal/screen.ts";
import { output } from "../../fakes/output.ts";
import { fakeTerminal } from "../../fakes/terminal.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "setTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const opened = (options: Parameters<typeof fakeTerminal>[0] = {}) => {
  const terminal = fakeTerminal({ isTTY: true, ...options });
  return { terminal, screen: openScreen(terminal), shown: () => stripVTControlCharacters(terminal.stdout.text()) };
};

test("output is printed above the status line, which is drawn again below it", async () => {
  const { terminal, screen, shown } = opened();
  await screen?.foot(() => "the line");
  vi.advanceTimersByTime(100);
  screen?.above(() => void terminal.stdout.write("a message\n"));

  expect(shown()).toBe("the line\na message\nthe line\n");
  screen?.close();
  // Up to the line, erased.
  expect(terminal.stdout.text().endsWith("\u001b[2K\u001b[1A\u001b[2K\u001b[G\u001b[?2026l")).toBe(true);
});

test("nothing is written while nothing changes, and a flood does not draw the line again for each message", async () => {
  const { terminal, screen, shown } = opened();
  let text = "the line";
  await screen?.foot(() => text);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toBe("the line\n");

  for (let one = 0; one < 1_000; one += 1) screen?.above(() => void terminal.stdout.write("."));
  text = "another";
  vi.advanceTimersByTime(2_000);
  expect(shown().split("the line").length).toBeLessThan(5);
  expect(shown().endsWith("another\n")).toBe(true);
  screen?.close();
});

test.each([
  ["stderr is no terminal", { stderr: false }],
  ["CI is set", { env: { CI: "true" } }],
])("there is none where %s", async (_, { stderr = true, env = {} }: { stderr?: boolean; env?: { CI?: string } }) => {
  const { terminal } = opened({ env });
  const screen = openScreen({ ...terminal, stderr: output({ isTTY: stderr }) });
  await screen?.foot(() => "the line");
  screen?.above(() => void terminal.stdout.write("a message\n"));

  expect(terminal.stdout.text()).toBe("a message\n");
});

test("log lines are printed above a board that is redrawn", async () => {
  const { terminal, screen, shown } = opened();
  await screen?.redraw("the board\n");
  screen?.above(() => void terminal.stderr.write("said\n"));

  expect(shown()).toBe("the board\nthe board\n");
  // Erased before the log line, and drawn again after it.
  const [, between] = terminal.stdout.text().split("the board\n");
  expect(between).toContain("\u001b[2K");
  expect(terminal.stderr.text()).toBe("said\n");
});

test("a terminal without control sequences has no screen", () => {
  expect(opened({ env: { TERM: "dumb" } }).screen).toBeUndefined();
  expect(opened({ isTTY: false }).screen).toBeUndefined();
});
