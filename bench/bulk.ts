import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { markdownTable, print, whole } from "./markdown-table.ts";
import { startCloud } from "./targets.ts";
import { median } from "./timed.ts";
import { type Cost, costOf } from "./watched-process.ts";

/**
 * Many messages of 1 KiB, whole processes in turn: the program, the SDK as its documentation shows, a plain rhea
 * client. Target: no slower than the SDK, at most 150 MB. Usage: node bench/bulk.ts [messages] [rounds]
 */
const [count = 100_000, rounds = 3] = process.argv.slice(2).map(Number);
const scratch = mkdtempSync(join(tmpdir(), "xtenant-bulk-"));
const lines = join(scratch, "lines.ndjson");
const line = `${JSON.stringify({ body: "x".repeat(1024) })}\n`;
await pipeline(Readable.from(Array.from({ length: count }, () => line)), createWriteStream(lines));
await using cloud = await startCloud(1);
const { directory } = cloud;
const own = (name: string) => join(import.meta.dirname, name);
const xtenant = (config: string, ...args: string[]) => [
  join(import.meta.dirname, "../dist/xtenant.js"),
  ...["--config", join(directory, config), "--json", ...args],
];

const send = {
  "SDK, `tryAddMessage`": [own("plain-bulk.mjs"), directory, "send", String(count), lines],
  "`xtenant send --ndjson`": xtenant("xtenant.json", "send", "customer-1", "--ndjson", lines),
  "bare `rhea`": [own("bare-bulk.ts"), directory, "send", String(count)],
};
const receive = {
  "SDK, `receiveMessages(50)`": [own("plain-bulk.mjs"), directory, "receive", String(count)],
  "SDK, `subscribe`": [own("plain-bulk.mjs"), directory, "subscribe", String(count)],
  "`xtenant poll --json`": xtenant("swapped.json", "poll", "customer-1", "--max", String(count)),
  "`xtenant poll --to-file`": xtenant(
    "swapped.json",
    "poll",
    "customer-1",
    "--max",
    String(count),
    "--to-file",
    join(scratch, "out"),
  ),
  "bare `rhea`": [own("bare-bulk.ts"), directory, "receive", String(count)],
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
    await costOf(send["bare `rhea`"]);
    await measure(`receive: ${name}`, args);
  }
}
rmSync(scratch, { recursive: true });

print(`${whole(count)} messages of 1 KiB, median of ${rounds} rounds in turn; Node ${process.version}`);
for (const what of ["send", "receive"]) {
  const contenders = [...costs].filter(([name]) => name.startsWith(what));
  const [[, base] = ["", []]] = contenders;
  const rows = contenders.map(([name, runs]) => {
    const of = (field: keyof Cost) => median(runs.map((run) => run[field]));
    const ratio = (field: keyof Cost) =>
      median(runs.map((run, round) => (base[round]?.[field] ?? Number.NaN) / run[field])).toFixed(2);
    const figures = [whole(count / of("seconds")), ratio("seconds"), of("cpuSeconds").toFixed(1), ratio("cpuSeconds")];
    return [name, ...figures, whole(of("megabytes"))];
  });
  print(`\n${markdownTable(["", "messages/s", "of the SDK's", "CPU s", "SDK's ÷ CPU", "MB"], rows)}`);
}
