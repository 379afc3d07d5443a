import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { startCloud } from "./targets.ts";
import { median } from "./timed.ts";
import { type Cost, costOf } from "./watched-process.ts";

/**
 * Many messages of 1 KiB, whole processes in turns: the program, the SDK as its documentation teaches it, a bare rhea client.
 * Wanted: no slower than the SDK, at most 150 MB. Usage: node bench/bulk.ts [messages] [rounds]
 */
const [count = 100_000, rounds = 3] = process.argv.slice(2).map(Number);
const scratch = mkdtempSync(join(tmpdir(), "xtenant-bulk-"));
const lines = join(scratch, "lines.ndjson");
const line = `${JSON.stringify({ body: "x".repeat(1024) })}\n`;
await pipeline(Readable.from(Array.from({ length: count }, () => line)), createWriteStream(lines));
const { directory, stop } = await startCloud(1);
const own = (name: string) => join(import.meta.dirname, name);
const xtenant = (config: string, ...args: string[]) => [
  join(import.meta.dirname, "../dist/xtenant.js"),
  ...["--config", join(directory, config), "--json", ...args],
];

const send = {
  "SDK, batches": [own("plain-bulk.mjs"), directory, "send", String(count), lines],
  "xtenant send --ndjson": xtenant("xtenant.json", "send", "customer-1", "--ndjson", lines),
  "bare rhea": [own("bare-bulk.ts"), directory, "send", String(count)],
};
const receive = {
  "SDK, receiveMessages": [own("plain-bulk.mjs"), directory, "receive", String(count)],
  "SDK, subscribe": [own("plain-bulk.mjs"), directory, "subscribe", String(count)],
  "xtenant poll --json": xtenant("swapped.json", "poll", "customer-1", "--max", String(count)),
  "xtenant poll --output": xtenant(
    "swapped.json",
    "poll",
    "customer-1",
    "--max",
    String(count),
    "--output",
    join(scratch, "out"),
  ),
  "bare rhea": [own("bare-bulk.ts"), directory, "receive", String(count)],
};
const costs = new Map<string, Cost[]>();
const measure = async (name: string, args: readonly string[]) => {
  const cost = await costOf(args);
  costs.set(name, [...(costs.get(name) ?? []), cost]);
};
const empty = xtenant("swapped.json", "poll", "customer-1", "--idle", "200ms");
for (let round = 0; round < rounds; round++) {
  for (const [name, args] of Object.entries(send)) {
    await measure(`send: ${name}`, args);
    await costOf(empty);
  }
  for (const [name, args] of Object.entries(receive)) {
    await costOf(send["bare rhea"]);
    await measure(`receive: ${name}`, args);
  }
}
await stop();
rmSync(scratch, { recursive: true });

const print = (text: string) => process.stdout.write(`${text}\n`);
print(`${count} messages of 1 KiB, median of ${rounds} rounds in turns; Node ${process.version}`);
print(`${"".padEnd(34)}messages/s  of the SDK's  CPU s     MB`);
for (const [name, runs] of costs) {
  const [base = []] = [...costs].filter(([other]) => other.slice(0, 4) === name.slice(0, 4)).map(([, of]) => of);
  const of = (field: keyof Cost, some: readonly Cost[]) => median(some.map((run) => run[field]));
  const ratio = median(runs.map((run, round) => (base[round]?.seconds ?? Number.NaN) / run.seconds));
  const numbers = [
    Math.round(count / of("seconds", runs))
      .toLocaleString("en")
      .padStart(10),
    ratio.toFixed(2).padStart(14),
    of("cpuSeconds", runs).toFixed(1).padStart(7),
    of("megabytes", runs).toFixed(0).padStart(7),
  ];
  print(`${name.padEnd(34)}${numbers.join("")}`);
}
