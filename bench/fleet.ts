import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, sendAll } from "./bare-client.ts";
import { startCloud, targetIn } from "./targets.ts";
import { costSoFar } from "./watched-process.ts";

/**
 * One process that tails so many Customers, each with a namespace of its own and a message that waits. Wanted for 1,000: all
 * read within 40 s, 300 MB, 2 % of a core when idle, a message printed within 1 s. Usage: node bench/fleet.ts [customers…]
 */
const sizes = process.argv.slice(2).map(Number);
const program = join(import.meta.dirname, "../dist/xtenant.js");
const idleSeconds = 15;

type Fleet = { readonly attached: number; readonly megabytes: number; readonly idle: number; readonly first: number };

async function measure(size: number): Promise<Fleet> {
  const { directory, stop } = await startCloud(size);
  const arguments_ = (config: string, ...args: string[]) => [program, "--config", join(directory, config), ...args];
  execFileSync(process.execPath, arguments_("xtenant.json", "--quiet", "send", "--all", "hi"), { stdio: "ignore" });
  const start = performance.now();
  const child = spawn(process.execPath, arguments_("swapped.json", "--json", "poll", "--watch"), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  for (let left = size; left > 0; ) {
    const { value, done } = await lines.next();
    if (done) throw new Error("the tail has ended");
    const { type, error } = JSON.parse(value);
    if (type === "message") left -= 1;
    else process.stderr.write(`${type} ${error?.message ?? ""}\n`);
  }
  const attached = (performance.now() - start) / 1000;
  const pid = Number(child.pid);
  const before = costSoFar(pid);
  await sleep(idleSeconds * 1000);
  const after = costSoFar(pid);
  const connection = await connect(await targetIn(directory, `customer-${size}`));
  const sent = performance.now();
  const [first] = await Promise.all([
    lines.next().then(() => performance.now() - sent),
    sendAll(connection, "commands", { count: 1, body: Buffer.from("hi") }),
  ]);
  connection.close();
  child.kill("SIGTERM");
  await once(child, "exit");
  await stop();
  const idle = (after.cpuSeconds - before.cpuSeconds) / idleSeconds;
  return { attached, megabytes: after.megabytes, idle, first };
}

process.stdout.write(`one process tails so many Customers; Node ${process.version}\n`);
process.stdout.write("customers  all read s     MB  idle % of a core  next message ms\n");
for (const size of sizes.length > 0 ? sizes : [10, 100, 1000]) {
  const { attached, megabytes, idle, first } = await measure(size);
  const bar = "█".repeat(Math.max(1, Math.round(megabytes / 25)));
  const numbers = [size, attached.toFixed(1), megabytes.toFixed(0), (idle * 100).toFixed(1), first.toFixed(0)];
  const widths = [9, 12, 7, 18, 17];
  process.stdout.write(`${numbers.map((text, index) => String(text).padStart(widths[index] ?? 0)).join("")}  ${bar}\n`);
}
