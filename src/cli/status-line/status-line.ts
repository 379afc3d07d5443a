import { stripVTControlCharacters } from "node:util";
import stringWidth from "fast-string-width";
import type { Terminal } from "../terminal/terminal.ts";

/** A line at the bottom of a terminal, above which everything else scrolls. */
export type StatusLine = {
  /** Takes the line away, lets something be written, and puts the line below it. */
  above(write: () => void): void;
  /** Takes the line away while the job is stopped, and puts it back. */
  suspend(): void;
  resume(): void;
  /** Takes the line away for good and shows the cursor again. */
  close(): void;
};

const [oneUp, eraseLine] = ["\u001b[1A", "\u001b[2K"];

/** How often the line may change. It changes once a second even without events, because it shows the time since the last one. */
const pause = 250;
const idlePause = 1_000;
/** When many lines are printed, the status line is redrawn below them only at this interval. */
const putPause = 20;

/**
 * The text is asked for when it may have changed, and when somebody pulls at the window. What has not changed is not written,
 * so that an idle terminal costs a comparison a second.
 */
export async function openStatusLine(stdout: Terminal["stdout"], text: () => string): Promise<StatusLine> {
  const { createLogUpdate } = await import("log-update");
  const line = createLogUpdate(stdout);
  let shown = "";
  let [changed, put] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let late: NodeJS.Timeout | undefined;
  const draw = () => {
    const now = performance.now();
    if (now - changed >= pause) [shown, changed] = [text(), now];
    put = now;
    line(shown);
  };
  const redraw = () => {
    changed = Number.NEGATIVE_INFINITY;
    draw();
  };
  // A window that became narrower has wrapped the line: its rows below the first are not erased with it.
  const refit = () => {
    const width = stringWidth(stripVTControlCharacters(shown));
    const wrapped = Math.max(0, Math.ceil(width / (stdout.columns || 80)) - 1);
    stdout.write(`${oneUp}${eraseLine}`.repeat(wrapped));
    redraw();
  };
  const timer = setInterval(redraw, idlePause).unref();
  stdout.on("resize", refit);
  draw();
  return {
    above: (write) => {
      line.clear();
      write();
      if (performance.now() - put >= putPause) draw();
      else
        late ??= setTimeout(() => {
          late = undefined;
          draw();
        }, putPause).unref();
    },
    suspend: () => line.clear(),
    resume: redraw,
    close: () => {
      clearInterval(timer);
      clearTimeout(late);
      stdout.off("resize", refit);
      line.clear();
      line.done();
    },
  };
}
