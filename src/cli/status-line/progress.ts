import type { Log } from "../../lib/ports/log.ts";
import type { Context } from "../context.ts";
import { clipText } from "../output/clip-text.ts";
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

export type WaitLine = { clear(): void } & Disposable;

/** Short waits need no line. */
const firstWaitLine = 500;
const waitFrames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** A line that shows that a command waits, and for what, after half a second: on a terminal only, and never under `--quiet`. */
export async function openWaitLine(
  { stderr, env, signal }: Pick<Terminal, "stderr" | "env" | "signal">,
  { quiet = false }: Pick<Log, "quiet">,
  text: (seconds: number) => string | undefined,
): Promise<WaitLine> {
  if (quiet || !stderr.isTTY || env.TERM === "dumb" || env.CI) return { clear: () => {}, [Symbol.dispose]: () => {} };
  const { createLogUpdate } = await import("log-update");
  const line = createLogUpdate(stderr);
  const begun = performance.now();
  let frame = 0;
  const timer = setInterval(() => {
    const waited = performance.now() - begun;
    const said = waited < firstWaitLine ? undefined : text(Math.floor(waited / 1_000));
    if (said === undefined) return line.clear();
    frame += 1;
    line(clipText(`${waitFrames[frame % waitFrames.length]} ${said}`, (stderr.columns || 80) - 1));
  }, shortestPause);
  timer.unref();
  const end = () => {
    clearInterval(timer);
    line.clear();
  };
  // A stop may end the process before the line is disposed of, and then it would stay.
  signal.addEventListener("abort", end, { once: true });
  return {
    clear: () => line.clear(),
    [Symbol.dispose]: () => {
      signal.removeEventListener("abort", end);
      end();
    },
  };
}

/** The results as they come, with a line that shows the wait between them. Results and notices are written when it is taken away. */
export async function* withWaitLine<Result>(
  context: Context,
  text: (seconds: number) => string | undefined,
  resultsOf: (context: Context) => AsyncIterable<Result>,
): AsyncGenerator<Result> {
  const { terminal, log } = context;
  using line = await openWaitLine(terminal, log, text);
  const above = (say: (text: string) => void) => (notice: string) => {
    line.clear();
    say(notice);
  };
  const { ask, info, debug } = log;
  const apart = { ...context, log: { ...log, ask: above(ask), info: above(info), debug: above(debug) } };
  for await (const result of resultsOf(apart)) {
    line.clear();
    yield result;
  }
}

const longestBar = 30;
const shortestBar = 8;
const bar = (share: number, width: number) => "█".repeat(Math.floor(share * width)).padEnd(width, "░");
