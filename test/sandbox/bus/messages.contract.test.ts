import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "./open-broker.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

test("a message is sent, received and completed", async () => {
  const { sender, receiver, counts } = await openQueue(broker);
  await sender.sendMessages({ body: { hello: "acme" }, messageId: "m1", applicationProperties: { kind: "command" } });

  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });

  expect(message).toMatchObject({
    body: { hello: "acme" },
    messageId: "m1",
    applicationProperties: { kind: "command" },
    deliveryCount: 0,
    state: "active",
  });
  if (message) await receiver.completeMessage(message);
  expect(await counts()).toMatchObject({ active: 0, deadLetter: 0, sizeBytes: 0 });
});
