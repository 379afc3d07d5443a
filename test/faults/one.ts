import { plan } from "./plan.ts";

/**
 * Runs one scenario with one seed in its own process. `node test/faults/one.ts ID SEED` prints the measured figures.
 */
const [, , id, seed] = process.argv;
const scenario = plan.find((one) => one.id === id);
if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
try {
  process.stdout.write(`${JSON.stringify({ figures: await scenario.run(Number(seed)) })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ broken: error instanceof Error ? error.message : String(error) })}\n`);
}
