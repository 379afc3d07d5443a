import type { Log } from "./log.ts";
import type { Terminal } from "./terminal.ts";

export type Progress = {
  /** Redraws the line, ten times a second at most. */
  show(done: number): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
};

const shortestPause = 100;
const silent: Progress = { show: () => {}, clear: () => {} };

/** A line on stderr that tells how far a long work is: on a terminal only, and never under `--quiet`. */
export async function openProgress(
  { stderr, env }: Pick<Terminal, "stderr" | "env">,
  { quiet = false }: Pick<Log, "quiet">,
  total: number | undefined,
): Promise<Progress> {
  if (quiet || !stderr.isTTY || env.TERM === "dumb") return silent;
  const { createLogUpdate } = await import("log-update");
  const line = createLogUpdate(stderr);
  let shown = Number.NEGATIVE_INFINITY;
  return {
    show: (done) => {
      const now = performance.now();
      if (now - shown < shortestPause) return;
      shown = now;
      line(total === undefined ? `${done} sent` : `${bar(done / total)} ${done} of ${total} sent`);
    },
    clear: () => line.clear(),
  };
}

const width = 30;
const bar = (share: number) => "█".repeat(Math.floor(share * width)).padEnd(width, "░");
