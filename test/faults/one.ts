import { plan } from "./plan.ts";

/** One scenario with one seed, in a process of its own: `node test/faults/one.ts ID SEED` prints what it measured. */
const [, , id, seed] = process.argv;
const scenario = plan.find((one) => one.id === id);
if (scenario === undefined) throw new Error(`no scenario is called ${id}`);
try {
  process.stdout.write(`${JSON.stringify({ figures: await scenario.run(Number(seed)) })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ broken: error instanceof Error ? error.message : String(error) })}\n`);
}
