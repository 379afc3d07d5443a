import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import rhea from "rhea";
import { startSandbox } from "../sandbox/src/start.ts";
import { seedFleet } from "./seeded-fleet.ts";
import { median } from "./timed.ts";

/**
 * The cost of one failing customer for the others. Every 10 ms a status arrives for one of the others, chosen at
 * random. The time ends when its record has been printed and the broker has completed it. Calm rounds alternate with
 * rounds in which the failing customer's links are dropped five times a second while twenty messages arrive each time.
 * Target: the others' p99 within 10 %. Usage: node bench/one-bad.ts [customers] [rounds]
 */
const [count = 1000, rounds = 9] = process.argv.slice(2).map(Number);
const program = join(import.meta.dirname, "../dist/xtenant.js");
const messages = 1000;
const pauseMilliseconds = 10;

const directory = mkdtempSync(join(tmpdir(), "xtenant-bench-"));
const completed = new Map<string, () => void>();
const sandbox = await startSandbox({
  ...{ directory, port: 0, roleDelay: 0, log: () => {} },
  watch: (what, _queue, { messageId = "" }) => {
    if (what !== "completed") return;
    completed.get(messageId)?.();
    completed.delete(messageId);
  },
});
const customers = seedFleet(sandbox, directory, count);
const queues = customers.map(({ namespace }) => namespace.queues.get("statuses"));
const [badQueue, ...others] = queues;
const [bad] = customers;

let numbers = 0;
function put(queue: (typeof queues)[number]): Promise<number> {
  if (queue === undefined) throw new Error("a customer without a queue");
  const message_id = `m-${++numbers}`;
  const began = performance.now();
  const done = new Promise<number>((resolve) => completed.set(message_id, () => resolve(performance.now() - began)));
  const message = { message_id, body: rhea.message.data_section(Buffer.alloc(1024, "x")) };
  sandbox.inside.broker.put(queue, [rhea.message.encode(message) as Buffer]);
  return done;
}

/** The 99th percentile and the median, in milliseconds. */
async function others99(): Promise<{ readonly p99: number; readonly p50: number }> {
  const taken: Promise<number>[] = [];
  for (let sent = 0; sent < messages; sent++) {
    taken.push(put(others[Math.floor(Math.random() * others.length)]));
    await sleep(pauseMilliseconds);
  }
  const sorted = (await Promise.all(taken)).toSorted((a, b) => a - b);
  return { p99: sorted[Math.floor(messages * 0.99)] ?? Number.NaN, p50: median(sorted) };
}

const tail = spawn(
  process.execPath,
  [program, "--config", join(directory, "xtenant.json"), "--json", "poll", "--watch"],
  {
    stdio: ["ignore", "pipe", "inherit"],
  },
);
tail.stdout.resume();
await Promise.all(queues.map(put));
await sleep(5_000);

const calm: { p99: number; p50: number }[] = [];
const troubled: { p99: number; p50: number }[] = [];
for (let round = 0; round <= rounds; round++) {
  const well = await others99();
  const trouble = setInterval(() => {
    for (let burst = 0; burst < 20; burst++) void put(badQueue);
    // Bypasses the control API, which makes the broker check all links again.
    sandbox.inside.broker.faults.dropLinks({ host: bad?.namespace.host });
  }, 200);
  const ill = await others99();
  clearInterval(trouble);
  await sleep(3_000);
  process.stderr.write(`round ${round}: p99 ${well.p99.toFixed(1)} ms, with one failing ${ill.p99.toFixed(1)} ms\n`);
  // The first round warms up.
  if (round === 0) continue;
  calm.push(well);
  troubled.push(ill);
}
tail.kill("SIGTERM");
await once(tail, "exit");
await sandbox.close();
rmSync(directory, { recursive: true, force: true });

process.stdout.write(
  `${count} customers, ${rounds} rounds of ${messages} messages for the others; Node ${process.version}\n`,
);
process.stdout.write("                          p50 ms  p99 ms\n");
for (const [name, runs] of [
  ["no failure", calm],
  ["one customer's links are dropped", troubled],
] as const) {
  const figures = [median(runs.map(({ p50 }) => p50)), median(runs.map(({ p99 }) => p99))];
  process.stdout.write(`${name.padEnd(24)}${figures.map((figure) => figure.toFixed(1).padStart(8)).join("")}\n`);
}
const ratios = calm.map(({ p99 }, index) => (troubled[index]?.p99 ?? Number.NaN) / p99);
process.stdout.write(`p99 against the calm round before it: ${median(ratios).toFixed(2)} (median of the rounds)\n`);
