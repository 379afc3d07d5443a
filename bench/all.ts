import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Every benchmark in short form; each says in its own file how to run it at length. Needs the built program: npm run prepare. */
const short = [
  ["start-up.ts", "7"],
  ["one-command.ts", "3"],
  ["broker.ts", "10000", "3"],
  ["bulk.ts", "10000", "1"],
  ["fleet.ts", "10", "100"],
];
for (const [file = "", ...args] of short) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${file} ended with ${status}`);
}
