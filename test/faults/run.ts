import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inTime } from "./in-time.ts";
import { plan } from "./plan.ts";
import { writeReport } from "./report.ts";
import { isKept, type Result, readResults, resultsFile, saveResult } from "./results.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/**
 * The full set of faults: `node test/faults/run.ts [--only text] [--seeds n] [--first seed] [--quick] [--save] [--report]`. Prints
 * one line for each run and ends with 1 when a promise was broken. `--save` keeps each result as it comes and leaves out what
 * has been kept, so a run that was stopped goes on where it was; `--report` makes the table in docs/internals/reliability.md of all that
 * was kept, and with `--seeds 0` does only that.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seeds: { type: "string" },
    first: { type: "string", default: "1" },
    /** A quarter of the seeds. */
    quick: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const program = join(import.meta.dirname, "one.ts");

async function once({ id, deadlineSeconds = 150 }: Scenario, seed: number): Promise<Result> {
  const begin = performance.now();
  const outcome = await inTime([program, id, String(seed)], deadlineSeconds);
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  say(`${outcome.figures ? "ok     " : "BROKEN "}${id} seed ${seed} ${seconds} s ${told(outcome)}`);
  const on = new Date().toISOString().slice(0, 10);
  const machine = { on, node: process.versions.node, cores: availableParallelism() };
  return { scenario: id, seed, seconds, ...machine, ...outcome };
}

const told = ({ figures, broken }: Pick<Result, "figures" | "broken">) => broken ?? JSON.stringify(figures);

const kept = values.save ? await readResults(resultsFile) : [];
const runs = plan
  .filter(({ id }) => id.includes(values.only))
  .flatMap((scenario) =>
    Array.from({ length: Number(values.seeds ?? Math.ceil(scenario.seeds / (values.quick ? 4 : 1))) }, (_, n) => ({
      scenario,
      seed: Number(values.first) + n,
    })),
  )
  .filter(({ scenario, seed }) => !isKept(kept, scenario.id, seed));
let broken = 0;
// One core is the scenario's; several at a time on fewer would measure each other.
const next = runs[Symbol.iterator]();
const work = async () => {
  for (const { scenario, seed } of next) {
    const result = await once(scenario, seed);
    if (result.broken !== undefined) broken += 1;
    if (values.save) await saveResult(resultsFile, result);
  }
};
await Promise.all(Array.from({ length: Math.max(1, Math.floor(availableParallelism() / 2)) }, work));
if (values.report) await writeReport(await readResults(resultsFile));
process.exitCode = broken > 0 ? 1 : 0;
