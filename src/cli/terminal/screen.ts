import { openStatusLine, type StatusLine } from "../status-line/status-line.ts";
import { type Key, openKeys } from "./keys.ts";
import type { Terminal } from "./terminal.ts";

/** How much a person can see at once; a view may fit what it says into it. `keys`: the person can scroll. */
export type Page = { readonly columns: number; readonly rows: number; readonly keys?: boolean };

/** What is drawn on the whole screen, as it is now, and what a key changes in it. */
export type Drawn = {
  frame(page: Page): string;
  onKey(key: Key, page: Page): void;
  /** Whether a person types a text into it. */
  isTyping?(): boolean;
};

/** A terminal whose last text can be taken back. It is as large as it is now: people pull at windows. */
export type Screen = Page & {
  /** Draws on a screen of its own, and again after each key and each change of the window. */
  redraw(drawn: Drawn): Promise<void>;
  /** Keeps a line at the bottom, where a person watches; `text` gives it as it is now. */
  foot(text: () => string): Promise<void>;
  /** Lets something be written that stays: above the line at the bottom, or before the screen that is redrawn. */
  above(write: () => void): void;
  /** Leaves the last text where it is, takes the line at the bottom away, and shows the cursor again. */
  close(): void;
};

const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?1049l";
const showCursor = "\u001b[?25h";
const toStart = "\u001b[H";
const restOfLine = "\u001b[K";
const restOfScreen = "\u001b[J";

/** Undefined for what is no terminal, for one that obeys nothing, and for one of no size, on which nothing could be seen. */
export function openScreen(
  terminal: Pick<Terminal, "stdin" | "stdout" | "stderr" | "env" | "job">,
): Screen | undefined {
  const { stdout, stderr, env, job } = terminal;
  if (!stdout.isTTY || stdout.columns === 0 || env.TERM === "dumb") return undefined;
  // Opening it loads the code for its kind of stream, which output to a file or a pipe does not need.
  const { stdin } = terminal;
  let drawn: Drawn | undefined;
  let keys: Disposable | undefined;
  let statusLine: StatusLine | undefined;
  const screen: Screen = {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return ("rows" in stdout && Number(stdout.rows)) || 24;
    },
    get keys() {
      return keys !== undefined;
    },
    redraw: async (next) => {
      const isFirst = drawn === undefined;
      drawn = next;
      if (isFirst) {
        keys = openKeys({ stdin, env, ...(job && { job }) }, { onKey, isTyping, onSuspend: hide, onResume: show });
        stdout.on("resize", draw);
        show();
      } else draw();
    },
    foot: async (text) => {
      if (!stderr.isTTY || env.CI) return;
      statusLine ??= await openStatusLine(stdout, text);
      const { suspend, resume } = statusLine;
      keys ??= openKeys({ stdin, env, ...(job && { job }) }, { onKey: () => {}, onSuspend: suspend, onResume: resume });
    },
    above: (write) => {
      if (statusLine) return statusLine.above(write);
      if (drawn) hide();
      write();
      if (drawn) show();
    },
    close: () => {
      keys?.[Symbol.dispose]();
      keys = undefined;
      stdout.off("resize", draw);
      if (drawn) stdout.write(`${leave}${drawn.frame(screen)}\n${showCursor}`);
      drawn = undefined;
      statusLine?.close();
      statusLine = undefined;
    },
  };
  const hide = () => void stdout.write(`${leave}${showCursor}`);
  const show = () => {
    stdout.write(enter);
    draw();
  };
  const draw = () => {
    if (!drawn) return;
    const lines = drawn.frame(screen).split("\n");
    stdout.write(`${toStart}${lines.map((line) => line + restOfLine).join("\r\n")}${restOfScreen}`);
  };
  const isTyping = () => drawn?.isTyping?.() === true;
  const onKey = (key: Key) => {
    drawn?.onKey(key, screen);
    draw();
  };
  return screen;
}
