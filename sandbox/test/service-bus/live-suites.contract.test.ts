import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "./open-broker.ts";

/** What the SDK for JavaScript asserts in its tests against live Azure, each with its file there. */
let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const wait = { maxWaitTimeInMs: 10_000 };

// amqpAnnotatedMessage.spec.ts; the delivery count is the broker's
test("a raw message comes back with its header, annotations and footer", async () => {
  const { sender, client, queue } = await openQueue(broker);
  const header = { deliveryCount: 10, durable: false, firstAcquirer: false, priority: 20, timeToLive: 100_000 };
  const sent = {
    bodyType: "data" as const,
    body: "x",
    header,
    footer: { note: "foot" },
    messageAnnotations: { note: "annotation" },
    deliveryAnnotations: { note: "delivery" },
    applicationProperties: { one: 1, two: "two", three: true },
  };
  await sender.sendMessages(sent);

  const [message] = await client.createReceiver(queue, { receiveMode: "receiveAndDelete" }).receiveMessages(1, wait);

  expect(message?._rawAmqpMessage).toMatchObject({
    header: { ...header, deliveryCount: 0 },
    footer: sent.footer,
    messageAnnotations: sent.messageAnnotations,
    deliveryAnnotations: sent.deliveryAnnotations,
    applicationProperties: sent.applicationProperties,
  });
});

// receiveAndDeleteMode.spec.ts
test("receive and delete shows the delivery count as peek-lock does, for a deferred message too", async () => {
  const { sender, receiver, client, queue } = await openQueue(broker);
  await sender.sendMessages([{ body: "a" }, { body: "b" }]);
  const [deferred] = await receiver.receiveMessages(1, wait);
  await receiver.deferMessage(deferred ?? never());
  const deleting = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });

  const [b] = await deleting.receiveMessages(1, wait);
  const [a] = await deleting.receiveDeferredMessages(deferred?.sequenceNumber ?? never());

  expect([b, a]).toMatchObject([
    { body: "b", deliveryCount: 0, lockToken: undefined },
    { body: "a", deliveryCount: 1, lockToken: undefined },
  ]);
  expect(await deleting.peekMessages(1)).toEqual([]);
});

// peekMessagesOptions.spec.ts
test("a peek that omits the body leaves only the body out", async () => {
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages({ body: "x", subject: "kept" });

  // the SDK sends this option, and does not declare it
  const omitting: object = { omitMessageBody: true };
  const [without] = await receiver.peekMessages(1, omitting);
  const [whole] = await receiver.receiveMessages(1, wait);

  expect(without).toMatchObject({ body: undefined, subject: "kept" });
  expect(whole?.body).toBe("x");
});

// sendAndSchedule.spec.ts, peekMessagesOptions.spec.ts
test("a scheduled message of a session is peeked as scheduled, grants no session, and can be cancelled", async () => {
  const { sender, client, queue, counts } = await openQueue(broker, { requiresSession: true });
  const [number] = await sender.scheduleMessages({ body: "x", sessionId: "a" }, new Date(Date.now() + 60_000));
  const session = await client.acceptSession(queue, "a");
  expect(await session.peekMessages(1)).toMatchObject([{ body: "x", state: "scheduled", sessionId: "a" }]);
  expect(await counts()).toMatchObject({ active: 0, scheduled: 1 });

  await sender.cancelScheduledMessages(number ?? never());

  expect(await counts()).toMatchObject({ active: 0, scheduled: 0 });
});

// streamingReceiver.spec.ts
test("messages that are left when a subscription stops can be received with the same receiver", async () => {
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages(["a", "b", "c"].map((body) => ({ body })));
  const first = Promise.withResolvers<unknown>();
  const subscription = receiver.subscribe({
    async processMessage({ body }) {
      first.resolve(body);
    },
    async processError({ error }) {
      first.reject(error);
    },
  });
  expect(await first.promise).toBe("a");
  await subscription.close();

  const left = await receiver.receiveMessages(2, wait);

  expect(left).toMatchObject([
    { body: "b", deliveryCount: 0 },
    { body: "c", deliveryCount: 0 },
  ]);
});

function never(): never {
  throw new Error("the test expected a value here");
}
