// Sends a command and receives its status repeatedly with the SDK alone. It receives any message, so nothing else may
// use its queue. Prints the milliseconds of each. Usage: node bench/plain-latency.mjs <sandbox folder> <rounds>
import { randomUUID } from "node:crypto";
import { clientFor } from "./plain-sdk.mjs";

const [folder = ".", rounds = "1"] = process.argv.slice(2);
const { client, customer } = clientFor(folder, "acme");
const sender = client.createSender(customer.commandQueue);
const receiver = client.createReceiver(customer.statusQueue);
const times = [];
for (let round = 0; round < Number(rounds); round++) {
  const messageId = randomUUID();
  const start = performance.now();
  await sender.sendMessages({ messageId, body: "hi" });
  for (let found; found?.correlationId !== messageId; ) {
    [found] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
    await receiver.completeMessage(found);
  }
  times.push(performance.now() - start);
}
await client.close();
process.stdout.write(`${JSON.stringify(times)}\n`);
