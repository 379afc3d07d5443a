import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, sendAll } from "./bare-client.ts";
import { type Sandbox, startCloud, targetIn } from "./targets.ts";
import { costSoFar, residentNow } from "./watched-process.ts";

/**
 * One process tails this number of customers. Each has its own namespace and one waiting message. A script with a plain
 * `subscribe` for each customer runs on the same broker. Targets for 1,000: all read within 40 s, 300 MB, 2 % of a core
 * when idle, a message printed within 1 s. Usage: node bench/fleet.ts [customers…]
 */
const sizes = process.argv.slice(2).map(Number);
const program = join(import.meta.dirname, "../dist/xtenant.js");
const contenders = [
  { name: "xtenant", args: (config: string) => [program, "--config", config, "--json", "poll", "--watch"] },
  { name: "bare SDK", args: (config: string) => [join(import.meta.dirname, "plain-fleet.mjs"), config] },
] as const;

/** Late connections and one-time collections do not count as idle work. */
const settleSeconds = 25;
const idleSeconds = 30;

type Fleet = {
  readonly attached: number;
  readonly opening: number;
  readonly resident: number;
  readonly most: number;
  readonly idle: number;
  readonly next: number;
};

async function measure({ directory }: Sandbox, size: number, args: (config: string) => string[]): Promise<Fleet> {
  const send = [program, "--config", join(directory, "xtenant.json"), "--quiet", "send", "--all", "hi"];
  execFileSync(process.execPath, send, { stdio: "ignore" });
  const start = performance.now();
  const child = spawn(process.execPath, args(join(directory, "swapped.json")), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = Number(child.pid);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  for (let left = size; left > 0; ) {
    const { value, done } = await lines.next();
    if (done) throw new Error("the tail has ended");
    const { type, error } = JSON.parse(value);
    if (type === "message") left -= 1;
    else process.stderr.write(`${type} ${error?.message ?? ""}\n`);
  }
  const attached = (performance.now() - start) / 1000;
  const opening = costSoFar(pid).cpuSeconds;
  await sleep(settleSeconds * 1000);
  const before = costSoFar(pid);
  await sleep(idleSeconds * 1000);
  const after = costSoFar(pid);
  const resident = residentNow(pid);
  const connection = await connect(await targetIn(directory, `customer-${size}`));
  const sent = performance.now();
  const [next] = await Promise.all([
    lines.next().then(() => performance.now() - sent),
    sendAll(connection, "commands", { count: 1, body: Buffer.from("hi") }),
  ]);
  connection.close();
  child.kill("SIGTERM");
  await once(child, "exit");
  const idle = (100 * (after.cpuSeconds - before.cpuSeconds)) / idleSeconds;
  return { attached, opening, resident, most: after.megabytes, idle, next };
}

const columns = ["customers", "", "all read s", "CPU s", "MB", "most MB", "idle % of a core", "next message ms"];
const widths = [9, 10, 12, 7, 6, 9, 18, 17];
const row = (cells: readonly string[]) => cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("");

process.stdout.write(`one process tails this number of customers; Node ${process.version}\n${row(columns)}\n`);
for (const size of sizes.length > 0 ? sizes : [10, 100, 1000]) {
  const cloud = await startCloud(size);
  for (const { name, args } of contenders) {
    const { attached, opening, resident, most, idle, next } = await measure(cloud, size, args);
    const numbers = [attached.toFixed(1), opening.toFixed(1), resident.toFixed(0), most.toFixed(0), idle.toFixed(2)];
    const bar = "█".repeat(Math.max(1, Math.round(resident / 25)));
    process.stdout.write(`${row([String(size), name, ...numbers, next.toFixed(0)])}  ${bar}\n`);
  }
  await cloud.stop();
}
