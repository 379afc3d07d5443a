import type { Log } from "../../lib/ports/log.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { formatRate } from "./status-line-text.ts";

export type Progress = {
  /** Redraws the line, ten times a second at most. */
  show(done: number): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
};

const shortestPause = 100;
const silent: Progress = { show: () => {}, clear: () => {} };

/** A line on stderr that shows the progress of long work: on a terminal only, and never under `--quiet`. */
export async function openProgress(
  { stderr, env }: Pick<Terminal, "stderr" | "env">,
  { quiet = false }: Pick<Log, "quiet">,
  total: number | undefined,
): Promise<Progress> {
  if (quiet || !stderr.isTTY || env.TERM === "dumb") return silent;
  const { createLogUpdate } = await import("log-update");
  const line = createLogUpdate(stderr);
  const begun = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  return {
    show: (done) => {
      const now = performance.now();
      if (now - shown < shortestPause) return;
      shown = now;
      const rate = formatRate(done / Math.max(1, (now - begun) / 1_000));
      const said = `${total === undefined ? done : `${done} of ${total}`} sent${rate && `, ${rate}`}`;
      const room = Math.min(longestBar, (stderr.columns || 80) - said.length - 2);
      line(total === undefined || room < shortestBar ? said : `${bar(done / total, room)} ${said}`);
    },
    clear: () => line.clear(),
  };
}

const longestBar = 30;
const shortestBar = 8;
const bar = (share: number, width: number) => "█".repeat(Math.floor(share * width)).padEnd(width, "░");
