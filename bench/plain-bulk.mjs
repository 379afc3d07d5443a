// Bulk as the SDK's documentation shows: batches filled by tryAddMessage, or receiveMessages and one completion for
// each message. `subscribe` is the SDK's other method. Usage: node bench/plain-bulk.mjs <sandbox folder>
// send|receive|subscribe <count> [file]
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { clientFor } from "./plain-sdk.mjs";

const [folder, what, count, file] = process.argv.slice(2);
const { client } = clientFor(folder, "customer-1");

async function send() {
  const sender = client.createSender("commands");
  let batch = await sender.createMessageBatch();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const message = { body: Buffer.from(JSON.parse(line).body) };
    if (batch.tryAddMessage(message)) continue;
    await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    batch.tryAddMessage(message);
  }
  await sender.sendMessages(batch);
}

async function receive() {
  const receiver = client.createReceiver("commands");
  for (let left = Number(count); left > 0; ) {
    const messages = await receiver.receiveMessages(Math.min(left, 50), { maxWaitTimeInMs: 1000 });
    for (const message of messages) print(message);
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));
    left -= messages.length;
  }
}

async function subscribe() {
  const receiver = client.createReceiver("commands");
  let left = Number(count);
  await new Promise((resolve, reject) => {
    const processMessage = async (message) => {
      print(message);
      await receiver.completeMessage(message);
      left -= 1;
      if (left === 0) resolve();
    };
    const processError = async ({ error }) => reject(error);
    receiver.subscribe({ processMessage, processError }, { autoCompleteMessages: false, maxConcurrentCalls: 32 });
  });
}

const print = ({ body, messageId, sequenceNumber }) =>
  process.stdout.write(
    `${JSON.stringify({ body: String(body), messageId, sequenceNumber: String(sequenceNumber) })}\n`,
  );

await { send, receive, subscribe }[what]();
await client.close();
