import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import buildPrograms from "../build-program.ts";
import { plan } from "./plan.ts";
import { writeReport } from "./report.ts";
import { isKept, type Result, readResults, resultsFile, saveResult } from "./results.ts";
import { runWithDeadline } from "./run-with-deadline.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/**
 * Runs the full set of faults:
 * `node test/faults/run.ts [--only text] [--seeds n] [--first seed] [--quick] [--save] [--report]`. It prints one line
 * for each run, and ends with 1 when a promise was broken. The option `--save` stores each result and skips runs with a stored result,
 * so a stopped run continues. The option `--report` writes the table in docs/internals/reliability.md from all stored results.
 * With `--seeds 0` it does nothing else.
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
  const outcome = await runWithDeadline([program, id, String(seed)], deadlineSeconds);
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  say(`${outcome.figures ? "ok     " : "BROKEN "}${id} seed ${seed} ${seconds} s ${resultText(outcome)}`);
  const on = new Date().toISOString().slice(0, 10);
  const machine = { on, node: process.versions.node, cores: availableParallelism() };
  return { scenario: id, seed, seconds, ...machine, ...outcome };
}

const resultText = ({ figures, broken }: Pick<Result, "figures" | "broken">) => broken ?? JSON.stringify(figures);

await buildPrograms();
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
// One core is for the scenario. Several scenarios at a time on fewer cores would distort each other's figures.
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
