import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { plan } from "./plan.ts";
import { writeReport } from "./report.ts";
import type { Figures, Scenario } from "./scenarios/scenario.ts";

/**
 * The full set of faults: `node test/faults/run.ts [--only text] [--seeds n] [--quick] [--first seed] [--report]`. Prints one line for
 * each run and ends with 1 when a promise was broken; with `--report` the figures go into docs/reliability.md.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seeds: { type: "string" },
    first: { type: "string", default: "1" },
    /** A quarter of the seeds. */
    quick: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});

type Result = { readonly seed: number; readonly figures?: Figures; readonly broken?: string };
export type Results = { readonly scenario: Scenario; readonly results: readonly Result[] };

const say = (line: string) => process.stdout.write(`${line}\n`);

async function once(scenario: Scenario, seed: number): Promise<Result> {
  const begin = performance.now();
  const took = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  try {
    const figures = await scenario.run(seed);
    say(`ok     ${scenario.id} seed ${seed} ${took()} ${JSON.stringify(figures)}`);
    return { seed, figures };
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    say(`BROKEN ${scenario.id} ${took()} ${broken}`);
    return { seed, broken };
  }
}

const chosen = plan.filter(({ id }) => id.includes(values.only));
const runs = chosen.flatMap((scenario) =>
  Array.from({ length: Number(values.seeds ?? Math.ceil(scenario.seeds / (values.quick ? 4 : 1))) }, (_, n) => ({
    scenario,
    seed: Number(values.first) + n,
  })),
);
const results = new Map<Scenario, Result[]>(chosen.map((scenario) => [scenario, []]));
const next = runs[Symbol.iterator]();
const work = async () => {
  for (const { scenario, seed } of next) results.get(scenario)?.push(await once(scenario, seed));
};
await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, work));
const all = [...results].map(([scenario, found]): Results => ({ scenario, results: found }));
if (values.report) await writeReport(all);
process.exitCode = all.some(({ results: found }) => found.some(({ broken }) => broken !== undefined)) ? 1 : 0;
