import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { markdownTable, print } from "./markdown-table.ts";
import { startCloud } from "./targets.ts";
import { costOf } from "./watched-process.ts";

/**
 * Commands for many customers over a network: whole processes. Each customer has its own namespace and tenant. With
 * `--watch`, the time is from the start until the first message of the last customer. Usage: node bench/far-fleet.ts
 * [customers] [milliseconds of a round trip]
 */
const [size = 1000, roundTrip = 100] = process.argv.slice(2).map(Number);
const program = join(import.meta.dirname, "../dist/xtenant.js");
const plain = join(import.meta.dirname, "plain-fleet.mjs");
await using cloud = await startCloud(size, roundTrip / 2);
const config = (name: string) => join(cloud.directory, name);
const own = (...args: string[]) => [program, "--config", config("xtenant.json"), "--json", ...args];

const secondsOf = async (args: readonly string[]) => (await costOf(args)).seconds;

/** Until each customer's waiting message is read. */
async function secondsUntilAllRead(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  let left = size;
  for await (const line of createInterface(child.stdout)) {
    if (JSON.parse(line).type === "message") left -= 1;
    if (left === 0) break;
  }
  const seconds = (performance.now() - start) / 1000;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
  if (left > 0) throw new Error(`${left} messages did not arrive`);
  return seconds;
}

const rows: [string, number][] = [];
const measure = async (name: string, seconds: Promise<number>) => void rows.push([name, await seconds]);
await measure("SDK script, `send` to all at once", secondsOf([plain, config("xtenant.json"), "send"]));
await measure(
  "`xtenant poll --watch`, until all are read",
  secondsUntilAllRead([program, "--config", config("swapped.json"), "--json", "poll", "--watch"]),
);
await measure("`xtenant send --all hi`", secondsOf(own("send", "--all", "hi", "--yes")));
await measure("SDK script, `subscribe`, until all are read", secondsUntilAllRead([plain, config("swapped.json")]));
await measure("`xtenant verify --all`", secondsOf(own("verify", "--all")));
await measure("`xtenant status`", secondsOf(own("status")));
await measure("`xtenant poll`, all queues empty", secondsOf(own("poll")));
print(`${size} customers, round trips of ${roundTrip} ms; one run; Node ${process.version}\n`);
print(
  markdownTable(
    ["", "seconds"],
    rows.map(([name, seconds]) => [name, seconds.toFixed(1)]),
  ),
);
