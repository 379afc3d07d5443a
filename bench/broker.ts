import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { connect, receiveAll, sendAll, type Target } from "./bare-client.ts";
import { markdownTable, print, whole } from "./markdown-table.ts";
import { plainListener, sandbox } from "./targets.ts";
import { median } from "./timed.ts";

/**
 * Measures the share of rhea's rate that remains when the sandbox's broker is on the other side. The same plain sender
 * and receiver run against both in turn. Usage: node bench/broker.ts [messages] [rounds]
 */
const [count = 20_000, rounds = 5] = process.argv.slice(2).map(Number);
const body = Buffer.alloc(1024, "x");
const queue = "commands";

type Rates = { readonly send: number; readonly receive: number };

async function measure(target: Target): Promise<Rates> {
  const connection = await connect(target);
  const send = await rate(() => sendAll(connection, queue, { count, body }));
  const receive = await rate(() => receiveAll(connection, queue, count));
  connection.close();
  return { send, receive };
}

/** Messages a second. */
async function rate(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}

const targets = [await plainListener(), await sandbox()];
const results = targets.map((): Rates[] => []);
for (const target of targets) await measure(target); // warms up both before the first counted round
for (let round = 0; round < rounds; round++)
  for (const [index, target] of targets.entries()) results[index]?.push(await measure(target));
for (const target of targets) await target.stop();

const rows = targets.map(({ name }, index) => {
  const of = (phase: keyof Rates) => whole(median((results[index] ?? []).map((rates) => rates[phase])));
  return [name, of("send"), of("receive")];
});
const ratio = (phase: keyof Rates) =>
  median((results[1] ?? []).map((rates, round) => rates[phase] / (results[0]?.[round]?.[phase] ?? Number.NaN)));
const ratios = ["ratio (median of the rounds' ratios)", ratio("send").toFixed(2), ratio("receive").toFixed(2)];
print(`${count} messages of ${body.length} bytes, one in each transfer, over TLS; median of ${rounds} rounds in turn`);
print(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}\n`);
print(markdownTable(["messages a second", "send", "receive"], [...rows, ratios]));
