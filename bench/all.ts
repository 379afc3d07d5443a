import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { print } from "./markdown-table.ts";

/**
 * Runs every benchmark in a short form, which takes some minutes. Each file describes its long form. Needs the built
 * program: npm run prepare.
 */
const short = [
  ["start-up.ts", "9"],
  ["one-command.ts", "5"],
  ["latency.ts", "50", "3"],
  ["far.ts", "2"],
  ["far-fleet.ts", "100", "100"],
  ["bulk.ts", "20000", "2"],
  ["fleet.ts", "100"],
  ["sweep.ts", "100"],
  ["one-bad.ts", "100", "1"],
  ["broker.ts", "10000", "3"],
  ["sandbox.ts", "2"],
];
for (const [file = "", ...args] of short) {
  print(`\n## node bench/${[file, ...args].join(" ")}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${file} ended with ${status}`);
}
