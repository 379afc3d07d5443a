import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { connect, receiveAll, sendAll, type Target } from "./bare-client.ts";
import { plainListener, sandbox } from "./targets.ts";

/**
 * How much of what rhea can do on this machine is left when the sandbox's broker is at the other end: the same bare sender
 * and receiver against both, taking turns. Usage: node bench/broker.ts [messages] [rounds]
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

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const print = (line: string) => process.stdout.write(`${line}\n`);
const column = (value: number) => Math.round(value).toLocaleString("en").padStart(9);

const targets = [await plainListener(), await sandbox()];
const results = targets.map((): Rates[] => []);
for (const target of targets) await measure(target); // both are warm before the first round that counts
for (let round = 0; round < rounds; round++)
  for (const [index, target] of targets.entries()) results[index]?.push(await measure(target));
for (const target of targets) await target.stop();

print(`${count} messages of ${body.length} bytes, one a transfer, over TLS; median of ${rounds} rounds, taking turns`);
print(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`);
print(`${"messages/s".padEnd(22)}     send   receive`);
for (const [index, { name }] of targets.entries()) {
  const of = (phase: keyof Rates) => median((results[index] ?? []).map((rates) => rates[phase]));
  print(`${name.padEnd(22)}${column(of("send"))} ${column(of("receive"))}`);
}
const ratio = (phase: keyof Rates) =>
  median((results[1] ?? []).map((rates, round) => rates[phase] / (results[0]?.[round]?.[phase] ?? Number.NaN)));
print(
  `${"ratio (median)".padEnd(22)}${ratio("send").toFixed(2).padStart(9)} ${ratio("receive").toFixed(2).padStart(9)}`,
);
