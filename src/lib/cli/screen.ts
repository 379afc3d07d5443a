import type { Terminal } from "./terminal.ts";

/** How much a person can see at once; a view may fit what it says into it. */
export type Page = { readonly columns: number; readonly rows: number };

/** A terminal whose last text can be taken back. It is as large as it is now: people pull at windows. */
export type Screen = Page & {
  /** Puts the text in the place of the one before, and hides the cursor. */
  redraw(text: string): Promise<void>;
  /** Leaves the last text where it is and shows the cursor again. */
  close(): void;
};

/** Undefined for what is no terminal, or one that obeys nothing. */
export function openScreen(stdout: Terminal["stdout"], env: Terminal["env"]): Screen | undefined {
  if (!stdout.isTTY || env.TERM === "dumb") return undefined;
  let drawn: { (text: string): void; done(): void } | undefined;
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return ("rows" in stdout && Number(stdout.rows)) || 24;
    },
    redraw: async (text) => {
      drawn ??= (await import("log-update")).createLogUpdate(stdout);
      drawn(text);
    },
    close: () => drawn?.done(),
  };
}
