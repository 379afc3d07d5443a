import { PassThrough } from "node:stream";
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

const [enter, leave] = ["\u001b[?1049h\u001b[?25l", "\u001b[?1049l\u001b[?25h"];
const drawn = (text: () => string) => ({ frame: text, onKey: () => {} });

test("a board has a screen of its own, which log lines and its end leave", async () => {
  const { terminal, screen } = opened();
  await screen?.redraw(drawn(() => "the board"));
  screen?.above(() => void terminal.stdout.write("said\n"));
  screen?.close();

  const frame = "\u001b[Hthe board\u001b[K\u001b[J";
  expect(terminal.stdout.text()).toBe(
    `${enter}${frame}${leave}said\n${enter}${frame}\u001b[?1049lthe board\n\u001b[?25h`,
  );
});

test("a board is drawn again when the window changes", async () => {
  const { terminal, screen } = opened();
  await screen?.redraw(drawn(() => `${screen.columns} columns`));
  Object.assign(terminal.stdout, { columns: 60 });
  terminal.stdout.emit("resize");

  expect(terminal.stdout.text()).toMatch(/80 columns.*60 columns/s);
  screen?.close();
});

test("a line that a narrower window has wrapped is erased with all its rows", async () => {
  const { terminal, screen } = opened();
  await screen?.foot(() => "x".repeat(79));
  const before = terminal.stdout.text().length;
  Object.assign(terminal.stdout, { columns: 30 });
  terminal.stdout.emit("resize");

  expect(terminal.stdout.text().slice(before).startsWith("\u001b[1A\u001b[2K".repeat(2))).toBe(true);
  screen?.close();
});

function typedAt(isForeground: boolean) {
  const raw: boolean[] = [];
  const did: string[] = [];
  const { terminal } = opened();
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (is: boolean) => raw.push(is) });
  let goOn = () => {};
  const job = {
    interrupt: () => did.push("interrupt"),
    suspend: () => did.push("suspend"),
    onContinue: (listener: () => void) => {
      goOn = listener;
      return () => did.push("ended");
    },
    isForeground: () => isForeground,
    ignoreInterrupts: () => ({ [Symbol.dispose]: () => {} }),
  };
  const screen = openScreen({ ...terminal, stdin, job });
  return { raw, did, screen, terminal, type: (text: string) => void stdin.emit("data", text), goOn: () => goOn() };
}

test("keys scroll, quit, interrupt and suspend, and are not printed", async () => {
  const { raw, did, screen, type, terminal, goOn } = typedAt(true);
  const pressed: unknown[] = [];
  await screen?.redraw({ frame: () => "the board", onKey: (key) => pressed.push(key) });
  for (const text of ["\u001b[A", "j", "x", "q", "\u0003", "\u001a"]) type(text);

  expect(pressed).toEqual(["up", "down"]);
  expect(did).toEqual(["interrupt", "interrupt", "suspend"]);
  expect(raw).toEqual([true, false]);
  expect(terminal.stdout.text().endsWith(leave)).toBe(true);
  goOn();
  expect(terminal.stdout.text().endsWith(`${enter}\u001b[Hthe board\u001b[K\u001b[J`)).toBe(true);
  screen?.close();
  expect(raw).toEqual([true, false, true, false]);
});

test("a job in the background leaves the terminal's keys alone", async () => {
  const { raw, screen } = typedAt(false);
  await screen?.redraw(drawn(() => "the board"));

  expect(raw).toEqual([]);
  expect(screen?.keys).toBe(false);
  screen?.close();
});

test("a terminal without control sequences has no screen", () => {
  expect(opened({ env: { TERM: "dumb" } }).screen).toBeUndefined();
  expect(opened({ isTTY: false }).screen).toBeUndefined();
});
