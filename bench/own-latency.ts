import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { prepareProcess } from "../bin/prepare-process.ts";
import { createAzureServices } from "../src/lib/azure/azure-services.ts";
import { parseConfig } from "../src/lib/config/config.ts";
import { findCustomer } from "../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../src/lib/domain/customer.ts";
import { waitForStatus } from "../src/lib/send/wait-for-status.ts";

/**
 * The work of `xtenant send acme hi --wait` between its connection and its status, repeated over one connection. Prints
 * the milliseconds of each. Usage: node bench/own-latency.ts <config> <rounds>
 */
const [file = "", rounds = "1"] = process.argv.slice(2);
const config = parseConfig(JSON.parse(readFileSync(file, "utf8")), resolve(file));
if (!("provider" in config)) throw new Error(JSON.stringify(config));
const customer = findCustomer(config, parseCustomerName("acme"));
const silent = () => {};
const log = { ask: silent, info: silent, debug: silent };
const azure = createAzureServices(async () => config, {
  env: {},
  log,
  prepareProcess: prepareProcess(process.env, log),
});
const { signal } = new AbortController();

await using connection = await azure.connectAsProvider(customer);
const [sender, receiver] = [await connection.sender(), await connection.receiver()];
const times: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const messageId = randomUUID();
  const start = performance.now();
  await sender.send({ messageId, body: Buffer.from("hi") });
  await waitForStatus(receiver, customer, { commandId: messageId, milliseconds: 10_000, signal });
  times.push(performance.now() - start);
  // Otherwise the status stays in its queue, and a hundred of them would be peeked each time.
  if (round % 10 === 9) for (const held of await receiver.receive(50, 100)) await held.complete();
}
process.stdout.write(`${JSON.stringify(times)}\n`);
process.exitCode = 0;
