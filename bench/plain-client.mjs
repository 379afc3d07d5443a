// One command with the SDKs alone: a message to the command queue, the same with the wait for its status, or all of
// the status queue. Usage: node bench/plain-client.mjs <sandbox folder> send|wait|poll [customer]. JavaScript, so that Node need
// not strip types.
import { randomUUID } from "node:crypto";
import { clientFor } from "./plain-sdk.mjs";

const [folder = ".", what, name = "acme"] = process.argv.slice(2);
const { client, customer } = clientFor(folder, name);
const messageId = randomUUID();
if (what !== "poll") await client.createSender(customer.commandQueue).sendMessages({ messageId, body: "hi" });
if (what !== "send") {
  const receiver = client.createReceiver(customer.statusQueue);
  const [most, wait] = what === "wait" ? [1, 10_000] : [50, 1_000];
  for (const message of await receiver.receiveMessages(most, { maxWaitTimeInMs: wait }))
    await receiver.completeMessage(message);
}
await client.close();
