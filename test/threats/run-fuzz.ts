import { parseArgs } from "node:util";
import fc from "fast-check";
import { targets } from "./fuzz.ts";

/**
 * `node test/threats/run-fuzz.ts [--cases 100000] [--seed n]`: runs every target with this number of cases. A failure
 * names its seed and path.
 */
const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
for (const { name, property } of targets) {
  const begin = performance.now();
  fc.assert(property, { seed: Number(values.seed), numRuns: Number(values.cases) });
  process.stdout.write(
    `ok ${values.cases} cases, seed ${values.seed}, ${Math.round(performance.now() - begin)} ms: ${name}\n`,
  );
}
