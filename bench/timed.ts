import { execFileSync, spawnSync } from "node:child_process";
import { markdownTable, whole } from "./markdown-table.ts";

export type Contender = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Arguments of the same program, for a run before each run that is measured. */
  readonly before?: readonly string[];
};

/** Milliseconds of one run: wall time, and processor time of the process and its children. */
export type Timing = { readonly wall: number; readonly cpu: number };

/**
 * Runs the contenders in turn, so that other work on the machine affects all of them. The first round only warms up.
 */
export function inTurns(contenders: readonly Contender[], rounds: number): ReadonlyMap<string, readonly Timing[]> {
  const timings = new Map(contenders.map(({ name }) => [name, [] as Timing[]]));
  for (let round = 0; round <= rounds; round++)
    for (const contender of contenders) {
      if (contender.before) execFileSync(contender.program, contender.before, { stdio: "ignore" });
      const timing = timed(contender);
      if (round > 0) timings.get(contender.name)?.push(timing);
    }
  return timings;
}

/** bash's own `time`, because it measures the processor time of a child and needs no installation. */
function timed({ name, program, args }: Contender): Timing {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>/dev/null';
  const { stderr, status } = spawnSync("bash", ["-c", script, "time", program, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  const [real = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { wall: real * 1000, cpu: (user + system) * 1000 };
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** This percentage of the values is at most this large. */
export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? Number.NaN;

/** A table of medians, each with its ratio to the first contender in the same round. */
export function report(timings: ReadonlyMap<string, readonly Timing[]>): string {
  const [base = []] = timings.values();
  const ratio = (runs: readonly Timing[], of: keyof Timing) =>
    median(runs.map((run, round) => run[of] / (base[round]?.[of] ?? Number.NaN))).toFixed(2);
  const of = (runs: readonly Timing[], what: keyof Timing) => whole(median(runs.map((run) => run[what])));
  const rows = [...timings].map(([name, runs]) => [
    name,
    of(runs, "wall"),
    ratio(runs, "wall"),
    of(runs, "cpu"),
    ratio(runs, "cpu"),
  ]);
  return markdownTable(["", "wall ms", "ratio", "CPU ms", "ratio"], rows);
}
