import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { markdownTable, print } from "./markdown-table.ts";
import { startSandbox, withSecret } from "./targets.ts";
import { type Contender, inTurns, median, percentile, report } from "./timed.ts";

/**
 * The time from a command to its status: send, `xtenant respond` in its own process, and the wait. The SDK alone runs
 * with the same responder. First over one connection, then as whole processes. Usage: node bench/latency.ts [round
 * trips] [rounds]
 */
const [trips = 100, rounds = 5] = process.argv.slice(2).map(Number);
const root = join(import.meta.dirname, "..");
const program = join(root, "dist/xtenant.js");
await using sandbox = await startSandbox();
const { directory } = sandbox;
const config = withSecret(directory);
const child = spawn(process.execPath, [program, "--config", config, "respond", "acme", "--quiet"], {
  stdio: ["ignore", "ignore", "inherit"],
});
await using _responder = {
  [Symbol.asyncDispose]: async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  },
};

const loops = {
  "SDK, `receiveMessages(1)`": [join(root, "bench/plain-latency.mjs"), directory],
  "`send --wait`": [join(root, "bench/own-latency.ts"), config],
};
const times = new Map(Object.keys(loops).map((name) => [name, [] as number[][]]));
for (let round = 0; round <= rounds; round++)
  for (const [name, args] of Object.entries(loops)) {
    const { stdout } = await promisify(execFile)(process.execPath, [...args, String(trips)]);
    if (round > 0) times.get(name)?.push(JSON.parse(stdout));
    await promisify(execFile)(process.execPath, [program, "--config", config, "poll", "acme", "--idle", "100ms"]);
  }
const [base = []] = times.values();
const rows = [...times].map(([name, runs]) => [
  name,
  ...[50, 95, 99].map((percent) => percentile(runs.flat(), percent).toFixed(1)),
  median(runs.map((run, round) => median(run) / median(base[round] ?? []))).toFixed(2),
]);
print(`${rounds} × ${trips} round trips over one connection, in turn; Node ${process.version}\n`);
print(markdownTable(["milliseconds", "p50", "p95", "p99", "p50, ratio"], rows));

const whole: readonly Contender[] = [
  { name: "plain script", program: process.execPath, args: [join(root, "bench/plain-client.mjs"), directory, "wait"] },
  {
    name: "`xtenant send acme hi --wait`",
    program: process.execPath,
    args: [program, "--config", config, "send", "acme", "hi", "--wait"],
  },
];
print(`\nThe whole process, median of ${rounds} rounds in turn\n`);
print(report(inTurns(whole, rounds)));
