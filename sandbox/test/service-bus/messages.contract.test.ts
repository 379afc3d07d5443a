import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "./open-broker.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

/** One message; fails when none comes. */
async function receive(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  if (!message) throw new Error("no message came");
  return message;
}

const bodies = (messages: readonly ServiceBusReceivedMessage[]) => messages.map(({ body }) => body);

test("a message is sent, received and completed", async () => {
  const { sender, receiver, counts } = await openQueue(broker);
  const before = Date.now();
  await sender.sendMessages({
    body: { hello: "acme" },
    messageId: "m1",
    correlationId: "c1",
    subject: "greeting",
    contentType: "application/json",
    replyTo: "statuses",
    sessionId: "s1",
    applicationProperties: { kind: "command", attempt: 3, urgent: true },
  });

  const message = await receive(receiver);

  expect(message).toMatchObject({
    body: { hello: "acme" },
    messageId: "m1",
    correlationId: "c1",
    subject: "greeting",
    contentType: "application/json",
    replyTo: "statuses",
    sessionId: "s1",
    applicationProperties: { kind: "command", attempt: 3, urgent: true },
    deliveryCount: 0,
    state: "active",
  });
  expect(message.sequenceNumber?.toNumber()).toBe(1);
  expect(message.enqueuedTimeUtc?.getTime()).toBeGreaterThanOrEqual(before);
  expect(message.lockedUntilUtc?.getTime()).toBeGreaterThan(before);
  expect(await counts()).toMatchObject({ active: 1 });
  await receiver.completeMessage(message);
  expect(await counts()).toEqual({ active: 0, deadLetter: 0, transferDeadLetter: 0, scheduled: 0, sizeBytes: 0 });
});

test("a message without an id is given one", async () => {
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages({ body: "x" });

  expect((await receive(receiver)).messageId).toMatch(/^[0-9a-f]{32}$/);
});

test("an array and a batch are stored as single messages, in order", async () => {
  const { sender, receiver, counts } = await openQueue(broker);
  await sender.sendMessages([{ body: "a", messageId: "1" }, { body: "b" }]);
  const batch = await sender.createMessageBatch();
  expect(batch.maxSizeInBytes).toBe(256 * 1024);
  batch.tryAddMessage({ body: "c" });
  batch.tryAddMessage({ body: "d" });
  await sender.sendMessages(batch);
  expect((await counts()).active).toBe(4);

  const messages = await receiver.receiveMessages(4, { maxWaitTimeInMs: 10_000 });

  expect(bodies(messages)).toEqual(["a", "b", "c", "d"]);
  expect(messages[0]?.messageId).toBe("1");
});

test("bodies, properties and annotations of every kind come out as they went in", async () => {
  const { sender, receiver } = await openQueue(broker);
  const when = new Date("2026-01-02T03:04:05.678Z");
  const properties = { text: "ü", whole: 7, negative: -12, real: 1.5, yes: true, no: false, nothing: null, when };
  await sender.sendMessages([
    { bodyType: "value", body: { list: [1, "two", [3]], when }, applicationProperties: properties },
    { bodyType: "sequence", body: [1, "two", true] },
    {
      bodyType: "data",
      body: Buffer.from([0, 1, 255]),
      messageAnnotations: { "x-own": "kept" },
      header: { priority: 9 },
    },
  ]);

  const [value, sequence, data] = await receiver.receiveMessages(3, { maxWaitTimeInMs: 10_000 });

  expect(value?.body).toEqual({ list: [1, "two", [3]], when });
  expect(value?._rawAmqpMessage.bodyType).toBe("value");
  expect(value?.applicationProperties).toEqual({ ...properties, when: when.getTime() });
  expect(sequence?.body).toEqual([1, "two", true]);
  expect(data?.body).toEqual(Buffer.from([0, 1, 255]));
  expect(data?._rawAmqpMessage.messageAnnotations).toMatchObject({ "x-own": "kept" });
  expect(data?._rawAmqpMessage.header?.priority).toBe(9);
});

test("a sender cannot set what only the broker knows", async () => {
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages({
    bodyType: "data",
    body: "x",
    messageAnnotations: { "x-opt-sequence-number": 4711, "x-opt-deadletter-source": "elsewhere" },
  });

  const message = await receive(receiver);

  expect(message.sequenceNumber?.toNumber()).toBe(1);
  expect(message.deadLetterSource).toBeUndefined();
});

test("an abandoned message comes back with changed properties and a higher delivery count", async () => {
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages({ body: "x", applicationProperties: { kept: "old", changed: "old" } });
  await receiver.abandonMessage(await receive(receiver), { changed: "new", added: 1 });

  const message = await receive(receiver);

  expect(message.deliveryCount).toBe(1);
  expect(message.applicationProperties).toEqual({ kept: "old", changed: "new", added: 1 });
});

test("a dead-lettered message is in the dead-letter queue with reason, description and source", async () => {
  const { queue, sender, receiver, deadLetters, counts } = await openQueue(broker);
  await sender.sendMessages({ body: "x" });
  await receiver.deadLetterMessage(await receive(receiver), {
    deadLetterReason: "BadJson",
    deadLetterErrorDescription: "line 1",
    extra: "more",
  });
  expect(await counts()).toMatchObject({ active: 0, deadLetter: 1 });

  const message = await receive(deadLetters);

  expect(message).toMatchObject({
    body: "x",
    deadLetterReason: "BadJson",
    deadLetterErrorDescription: "line 1",
    deadLetterSource: queue,
    applicationProperties: { extra: "more" },
  });
  await deadLetters.completeMessage(message);
  expect((await counts()).deadLetter).toBe(0);
});

test("a message that was delivered too often is dead-lettered", async () => {
  const { sender, receiver, deadLetters } = await openQueue(broker, { maxDeliveryCount: 2 });
  await sender.sendMessages({ body: "x" });
  await receiver.abandonMessage(await receive(receiver));
  await receiver.abandonMessage(await receive(receiver));

  expect(await receive(deadLetters)).toMatchObject({
    deadLetterReason: "MaxDeliveryCountExceeded",
    deadLetterErrorDescription: "Message could not be consumed after 2 delivery attempts.",
    deliveryCount: 2,
  });
});

test("an expired message is dead-lettered when the queue says so", async () => {
  const { sender, deadLetters } = await openQueue(broker, { deadLetterOnExpiration: true });
  await sender.sendMessages({ body: "x", timeToLive: 50 });

  expect((await receive(deadLetters)).deadLetterReason).toBe("TTLExpiredException");
});

test("a deferred message is received by its sequence number, and can be settled then", async () => {
  const { sender, receiver, deadLetters, counts } = await openQueue(broker);
  await sender.sendMessages([{ body: "a" }, { body: "b" }, { body: "c" }]);
  const messages = await receiver.receiveMessages(3, { maxWaitTimeInMs: 10_000 });
  const numbers = messages.map(({ sequenceNumber }) => sequenceNumber ?? never());
  for (const message of messages) await receiver.deferMessage(message, { note: "later" });
  expect((await receiver.peekMessages(1))[0]).toMatchObject({ state: "deferred" });

  const [a, b, c] = await receiver.receiveDeferredMessages(numbers);

  expect(a).toMatchObject({
    body: "a",
    state: "deferred",
    deliveryCount: 1,
    applicationProperties: { note: "later" },
  });
  await receiver.completeMessage(a ?? never());
  await receiver.deadLetterMessage(b ?? never(), { deadLetterReason: "R", deadLetterErrorDescription: "D" });
  await receiver.abandonMessage(c ?? never(), { note: "again" });
  expect(await receive(deadLetters)).toMatchObject({
    body: "b",
    deadLetterReason: "R",
    deadLetterErrorDescription: "D",
  });
  const [again] = await receiver.receiveDeferredMessages(numbers.slice(2));
  expect(again).toMatchObject({ body: "c", deliveryCount: 2, applicationProperties: { note: "again" } });
  expect(await counts()).toMatchObject({ active: 1, deadLetter: 1 });
  await expect(receiver.receiveDeferredMessages(numbers)).rejects.toMatchObject({ code: "MessageNotFound" });
});

test("a lock that runs out redelivers the message, and its first receiver has lost it", async () => {
  const { sender, receiver } = await openQueue(broker, { lockDuration: 300 });
  await sender.sendMessages({ body: "x" });
  const late = await receive(receiver);

  const again = await receive(receiver);

  expect(again).toMatchObject({ body: "x", deliveryCount: 1 });
  await expect(receiver.completeMessage(late)).rejects.toMatchObject({ code: "MessageLockLost" });
  await expect(receiver.renewMessageLock(late)).rejects.toMatchObject({ code: "MessageLockLost" });
  await receiver.completeMessage(again);
});

test("outcomes of neighbouring messages do not leak into each other", async () => {
  const { sender, receiver } = await openQueue(broker);
  await sender.sendMessages(["a", "b", "c"].map((body) => ({ body })));
  const [a, b, c] = await receiver.receiveMessages(3, { maxWaitTimeInMs: 10_000 });
  await receiver.completeMessage(b ?? never());

  const results = await Promise.allSettled([
    receiver.completeMessage(a ?? never()),
    receiver.completeMessage({ ...(b ?? never()) }),
    receiver.completeMessage(c ?? never()),
  ]);

  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("renewing keeps the lock", async () => {
  const { sender, receiver, counts } = await openQueue(broker, { lockDuration: 2000 });
  await sender.sendMessages({ body: "x" });
  const message = await receive(receiver);
  const first = message.lockedUntilUtc ?? never();

  const renewed = await receiver.renewMessageLock(message);

  expect(renewed.getTime()).toBeGreaterThan(first.getTime());
  await receiver.completeMessage(message);
  expect((await counts()).active).toBe(0);
});

test("a scheduled message comes at its time, under a new sequence number", async () => {
  const { sender, receiver, counts } = await openQueue(broker);
  const [number] = await sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 700));
  expect(await counts()).toMatchObject({ active: 0, scheduled: 1 });
  expect((await receiver.peekMessages(1))[0]).toMatchObject({ body: "later", state: "scheduled" });

  const message = await receive(receiver);

  expect(message.state).toBe("scheduled");
  expect(message.sequenceNumber?.greaterThan(number ?? never())).toBe(true);
});

test("a message can be scheduled by a plain send too", async () => {
  const { sender, counts } = await openQueue(broker);
  await sender.sendMessages({ body: "later", scheduledEnqueueTimeUtc: new Date(Date.now() + 60_000) });

  expect(await counts()).toMatchObject({ active: 0, scheduled: 1 });
});

test("a scheduled message can be cancelled, once", async () => {
  const { sender, counts } = await openQueue(broker);
  const numbers = await sender.scheduleMessages([{ body: "a" }, { body: "b" }], new Date(Date.now() + 60_000));
  expect(numbers).toHaveLength(2);

  await sender.cancelScheduledMessages(numbers);

  expect((await counts()).scheduled).toBe(0);
  await expect(sender.cancelScheduledMessages(numbers)).rejects.toMatchObject({ code: "MessageNotFound" });
});

test("peeking leaves the messages as they are, and goes on where it stopped", async () => {
  const { sender, receiver, deadLetters } = await openQueue(broker);
  await sender.sendMessages(["a", "b", "c"].map((body) => ({ body })));
  const locked = await receive(receiver);

  expect(bodies(await receiver.peekMessages(2))).toEqual(["a", "b"]);
  expect(bodies(await receiver.peekMessages(2))).toEqual(["c"]);
  expect(await receiver.peekMessages(2)).toEqual([]);
  expect(bodies(await receiver.peekMessages(1, { fromSequenceNumber: locked.sequenceNumber ?? never() }))).toEqual([
    "a",
  ]);
  expect(await deadLetters.peekMessages(1)).toEqual([]);
});

// Azure/azure-sdk-for-net#17702
test("a peek at large messages has fewer than it asks for, and the next one goes on", async () => {
  const { sender, receiver } = await openQueue(broker);
  for (const name of ["a", "b", "c"]) await sender.sendMessages({ body: name.repeat(100_000) });
  await sender.sendMessages({ body: "d".repeat(261_000) });

  const pages = [];
  for (let page = 1; page <= 4; page++) pages.push(await receiver.peekMessages(10));

  expect(pages.map((page) => page.map(({ body }) => String(body)[0]))).toEqual([["a", "b"], ["c"], ["d"], []]);
});

test("receive and delete takes messages out without a lock", async () => {
  const { client, queue, sender, counts } = await openQueue(broker);
  await sender.sendMessages([{ body: "a" }, { body: "b" }]);
  const receiver = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });

  const messages = await receiver.receiveMessages(2, { maxWaitTimeInMs: 10_000 });

  expect(bodies(messages)).toEqual(["a", "b"]);
  expect((await counts()).active).toBe(0);
});

test("asking for more than there is returns what there is, and the receiver can be used again", async () => {
  const { sender, receiver } = await openQueue(broker);
  expect(await receiver.receiveMessages(5, { maxWaitTimeInMs: 50 })).toEqual([]);
  await sender.sendMessages({ body: "a" });
  expect(bodies(await receiver.receiveMessages(5, { maxWaitTimeInMs: 10_000 }))).toEqual(["a"]);
  await sender.sendMessages([{ body: "b" }, { body: "c" }, { body: "d" }]);

  expect(bodies(await receiver.receiveMessages(2, { maxWaitTimeInMs: 10_000 }))).toEqual(["b", "c"]);
  expect(bodies(await receiver.receiveMessages(2, { maxWaitTimeInMs: 10_000 }))).toEqual(["d"]);
});

test("drained credit is gone: a message sent after an empty receive stays unlocked", async () => {
  const { sender, receiver, client, queue } = await openQueue(broker);
  await receiver.receiveMessages(5, { maxWaitTimeInMs: 50 });
  await sender.sendMessages({ body: "a" });

  const other = client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });

  expect((await receive(other)).deliveryCount).toBe(0);
});

test("a subscriber gets each message, and a handler that throws abandons it", async () => {
  const { sender, receiver, counts } = await openQueue(broker);
  const seen: [unknown, number | undefined][] = [];
  const done = Promise.withResolvers<void>();
  const subscription = receiver.subscribe({
    async processMessage({ body, deliveryCount }) {
      seen.push([body, deliveryCount]);
      if (body === "bad" && deliveryCount === 0) throw new Error("not now");
      if (seen.length === 3) done.resolve();
    },
    async processError() {},
  });
  await sender.sendMessages([{ body: "good" }, { body: "bad" }]);
  await done.promise;
  await subscription.close();
  await receiver.close();

  expect(seen).toEqual([
    ["good", 0],
    ["bad", 0],
    ["bad", 1],
  ]);
  await expect.poll(async () => (await counts()).active).toBe(0);
});

test("competing receivers share the messages", async () => {
  const { client, queue, sender, receiver } = await openQueue(broker);
  const other = client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
  const both = [receiver, other].map((one) => one.receiveMessages(2, { maxWaitTimeInMs: 10_000 }));
  await sender.sendMessages(["a", "b", "c", "d"].map((body) => ({ body })));

  const received = (await Promise.all(both)).flatMap(bodies);

  expect(received.sort()).toEqual(["a", "b", "c", "d"]);
});

test("a message over the limit is refused, and the sender can go on", async () => {
  const { sender, counts } = await openQueue(broker);
  const tooLarge = { body: Buffer.alloc(257 * 1024) };

  await expect(sender.sendMessages(tooLarge)).rejects.toMatchObject({ code: "MessageSizeExceeded" });

  await sender.sendMessages({ body: Buffer.alloc(250 * 1024) });
  expect((await counts()).active).toBe(1);
});

test("a full queue refuses messages until there is room again", async () => {
  const { sender, receiver, counts } = await openQueue(broker, { maxSizeBytes: 1000 });
  await sender.sendMessages({ body: Buffer.alloc(700) });

  const refused = sender.sendMessages([{ body: "small" }, { body: Buffer.alloc(700) }]);

  await expect(refused).rejects.toMatchObject({ code: "QuotaExceeded" });
  expect((await counts()).active).toBe(1);
  await receiver.completeMessage(await receive(receiver));
  await sender.sendMessages({ body: Buffer.alloc(700) });
});

test("a refusal between acceptances reaches the sender of the refused message", async () => {
  const { sender, counts } = await openQueue(broker, { maxSizeBytes: 1000 });
  await sender.sendMessages({ body: "first opens the link" });

  const results = await Promise.allSettled([
    sender.sendMessages({ body: "small" }),
    sender.sendMessages({ body: Buffer.alloc(5000) }),
    sender.sendMessages({ body: "small" }),
  ]);

  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((await counts()).active).toBe(3);
});

test("thousands of messages go through in order", async () => {
  const { sender, receiver, counts } = await openQueue(broker);
  const total = 5000;
  for (let at = 0; at < total; at += 500)
    await sender.sendMessages(Array.from({ length: 500 }, (_, index) => ({ body: at + index })));

  const received: unknown[] = [];
  while (received.length < total) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 10_000 });
    received.push(...bodies(messages));
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));
  }

  expect(received).toEqual(Array.from({ length: total }, (_, index) => index));
  expect((await counts()).active).toBe(0);
});

test("nothing can be sent to a dead-letter queue", async () => {
  const { client, queue } = await openQueue(broker);
  const sender = client.createSender(`${queue}/$deadletterqueue`);

  await expect(sender.sendMessages({ body: "x" })).rejects.toThrow("dead-letter queue");
});

test("a queue's name is found without regard to case", async () => {
  const { client, queue, receiver } = await openQueue(broker);
  await client.createSender(queue.toUpperCase()).sendMessages({ body: "x" });

  expect((await receive(receiver)).body).toBe("x");
});

function never(): never {
  throw new Error("the test expected a value here");
}
