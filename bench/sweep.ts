import { join } from "node:path";
import { startCloud } from "./targets.ts";
import { costOf } from "./watched-process.ts";

/** One sweep reads every customer's queue once and finds it empty. Usage: node bench/sweep.ts [customers…] */
const sizes = process.argv.slice(2).map(Number);
const program = join(import.meta.dirname, "../dist/xtenant.js");

process.stdout.write(`one sweep of idle customers: xtenant poll; Node ${process.version}\n`);
process.stdout.write("customers      s  CPU s  most MB\n");
for (const size of sizes.length > 0 ? sizes : [10, 100, 1000]) {
  const { directory, stop } = await startCloud(size);
  const cost = await costOf([program, "--config", join(directory, "xtenant.json"), "--json", "poll"]);
  await stop();
  const numbers = [cost.seconds.toFixed(1), cost.cpuSeconds.toFixed(1), cost.megabytes.toFixed(0)];
  process.stdout.write(`${String(size).padStart(9)}${numbers.map((text) => text.padStart(7)).join("")}\n`);
}
