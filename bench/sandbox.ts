import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markdownTable, print } from "./markdown-table.ts";
import { type Contender, inTurns, median } from "./timed.ts";

/**
 * Measures how long `sandbox` takes until it is ready (target: 1 s), and `demo` from its first to its last line
 * (target: 10 s on 2 cores). With `install`, also `npm ci` with its build, in a copy of the checkout. Usage: node
 * bench/sandbox.ts [rounds] [install]
 */
const [rounds = "3", install] = process.argv.slice(2);
const root = join(import.meta.dirname, "..");
const program = join(root, "dist/xtenant.js");
const scratch = mkdtempSync(join(tmpdir(), "xtenant-bench-"));

/** Milliseconds from the start of the process to its first line. */
async function ready(): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [program, "sandbox", "--dir", join(scratch, "sandbox"), "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const taken = performance.now() - start;
  child.kill("SIGTERM");
  await once(child, "exit");
  return taken;
}

const bash = (name: string, script: string): Contender => ({ name, program: "bash", args: ["-c", script] });
const checkout = join(scratch, "checkout");
const installed = [
  bash(
    "a copy of the checkout",
    `rm -rf ${checkout} && git -C ${root} worktree list >/dev/null && git clone -q ${root} ${checkout}`,
  ),
  bash("`npm ci`, its cache filled", `cd ${checkout} && npm ci --silent --no-audit --no-fund`),
  bash("`npx xtenant demo` in it", `cd ${checkout} && npx xtenant demo`),
];

const times: number[] = [];
for (let round = 0; round < Number(rounds); round++) times.push(await ready());
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
const demo: readonly Contender[] = [{ name: "`xtenant demo`", program: process.execPath, args: [program, "demo"] }];
const timings = [...inTurns(demo, Number(rounds)), ...(install === "install" ? inTurns(installed, 1) : [])];
const rows = timings.map(([name, runs]) => [
  name,
  seconds(median(runs.map(({ wall }) => wall))),
  seconds(median(runs.map(({ cpu }) => cpu))),
]);
print(`median of ${rounds} runs; Node ${process.version}\n`);
print(
  markdownTable(
    ["", "seconds", "CPU s"],
    [["`xtenant sandbox`, until it is ready", seconds(median(times)), ""], ...rows],
  ),
);
rmSync(scratch, { recursive: true, force: true });
