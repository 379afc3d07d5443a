import { parseArgs } from "node:util";
import buildPrograms from "../build-program.ts";
import { soak } from "./scenarios/soak.ts";

/** `npm run soak -- [--minutes 60] [--seed 1]`: prints a line for each fault, and the figures at the end. */
const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
await buildPrograms();
const figures = await soak(Number(values.seed), { minutes: Number(values.minutes), say });
say(JSON.stringify(figures));
process.exit();
