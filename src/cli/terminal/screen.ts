import { openStatusLine, type StatusLine } from "../status-line/status-line.ts";
import type { Terminal } from "./terminal.ts";

/** How much a person can see at once; a view may fit what it says into it. */
export type Page = { readonly columns: number; readonly rows: number };

/** A terminal whose last text can be taken back. It is as large as it is now: people pull at windows. */
export type Screen = Page & {
  /** Puts the text in the place of the one before, and hides the cursor. */
  redraw(text: string): Promise<void>;
  /** Keeps a line at the bottom, where a person watches; `text` gives it as it is now. */
  foot(text: () => string): Promise<void>;
  /** Lets something be written that stays: above the line at the bottom, or the text that is redrawn, where there is one. */
  above(write: () => void): void;
  /** Leaves the last text where it is, takes the line at the bottom away, and shows the cursor again. */
  close(): void;
};

/** Undefined for what is no terminal, for one that obeys nothing, and for one of no size, on which nothing could be seen. */
export function openScreen({ stdout, stderr, env }: Pick<Terminal, "stdout" | "stderr" | "env">): Screen | undefined {
  if (!stdout.isTTY || stdout.columns === 0 || env.TERM === "dumb") return undefined;
  let drawn: { (text: string): void; clear(): void; done(): void } | undefined;
  let shown = "";
  let statusLine: StatusLine | undefined;
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return ("rows" in stdout && Number(stdout.rows)) || 24;
    },
    redraw: async (text) => {
      drawn ??= (await import("log-update")).createLogUpdate(stdout);
      shown = text;
      drawn(shown);
    },
    foot: async (text) => {
      if (stderr.isTTY && !env.CI) statusLine ??= await openStatusLine(stdout, text);
    },
    above: (write) => {
      if (statusLine) return statusLine.above(write);
      drawn?.clear();
      write();
      drawn?.(shown);
    },
    close: () => {
      // What was typed, such as ^C, stands below the text.
      if (drawn) stdout.write("\r\u001b[K");
      drawn?.done();
      statusLine?.close();
      statusLine = undefined;
    },
  };
}
