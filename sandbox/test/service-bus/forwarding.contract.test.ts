import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, openBroker, openQueue } from "./open-broker.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const wait = { maxWaitTimeInMs: 10_000 };

test("a message that is sent again is accepted and dropped", async () => {
  const { sender, counts } = await openQueue(broker, { requiresDuplicateDetection: true });
  await sender.sendMessages({ body: "first", messageId: "m1" });
  await sender.sendMessages({ body: "again", messageId: "m1" });
  await sender.sendMessages([
    { body: "other", messageId: "m2" },
    { body: "m2 again", messageId: "m2" },
    { body: "without an id" },
    { body: "without an id" },
  ]);

  expect((await counts()).active).toBe(4);
});

test("a message comes out of the queue that it was forwarded to, and says which number it had", async () => {
  const target = await openQueue(broker);
  const source = await openQueue(broker, { forwardTo: target.queue });
  await target.sender.sendMessages({ body: "own" });
  await source.sender.sendMessages({ body: "forwarded", messageId: "m1", applicationProperties: { kept: true } });

  const [, message] = await target.receiver.receiveMessages(2, wait);

  expect(message).toMatchObject({ body: "forwarded", messageId: "m1", applicationProperties: { kept: true } });
  expect(message?.sequenceNumber?.toNumber()).toBe(2);
  expect(message?.enqueuedSequenceNumber).toBe(1);
  expect((await source.counts()).active).toBe(0);
  await expect(source.receiver.receiveMessages(1)).rejects.toThrow(
    "InvalidOperationError: Cannot create a message receiver on an entity with auto-forwarding enabled.",
  );
  await expect(source.receiver.peekMessages(1)).rejects.toThrow(
    "InvalidOperationError: Cannot create a message browser on an entity with auto-forwarding enabled.",
  );
});

test("a scheduled message is forwarded at its time, and messages that wait when forwarding is switched on go at the next", async () => {
  const target = await openQueue(broker);
  const source = await openQueue(broker);
  await source.sender.sendMessages({ body: "waited" });
  await broker.call("change", source.host, source.queue, { forwardTo: target.queue });
  await source.sender.scheduleMessages({ body: "scheduled" }, new Date(Date.now() + 200));

  const messages = [
    ...(await target.receiver.receiveMessages(1, wait)),
    ...(await target.receiver.receiveMessages(1, wait)),
  ];

  expect(messages.map(({ body }) => body)).toEqual(["waited", "scheduled"]);
});

test("dead letters are forwarded with their reason and the queue they came from", async () => {
  const target = await openQueue(broker);
  const source = await openQueue(broker, { forwardDeadLettersTo: target.queue });
  await source.sender.sendMessages({ body: "bad" });
  const [bad] = await source.receiver.receiveMessages(1, wait);
  if (bad)
    await source.receiver.deadLetterMessage(bad, { deadLetterReason: "Bad", deadLetterErrorDescription: "line 1" });

  const [message] = await target.receiver.receiveMessages(1, wait);

  expect(message).toMatchObject({
    body: "bad",
    deadLetterReason: "Bad",
    deadLetterErrorDescription: "line 1",
    deadLetterSource: source.queue,
  });
  expect(await source.counts()).toMatchObject({ active: 0, deadLetter: 0 });
});

test("four queues pass a message on; the fifth puts it into its transfer dead-letter queue", async () => {
  const queues = [await openQueue(broker)];
  for (let count = 0; count < 5; count++) {
    const [next] = queues;
    if (next) queues.unshift(await openQueue(broker, { forwardTo: next.queue }));
  }
  const [first, second, , , fifth, last] = queues;
  await second?.sender.sendMessages({ body: "four hops" });
  await first?.sender.sendMessages({ body: "five hops" });

  const [arrived] = (await last?.receiver.receiveMessages(1, wait)) ?? [];
  const transfer = fifth?.client.createReceiver(fifth.queue, { subQueueType: "transferDeadLetter" });
  const [dead] = (await transfer?.receiveMessages(1, wait)) ?? [];

  expect(arrived?.body).toBe("four hops");
  expect(dead).toMatchObject({ body: "five hops", deadLetterReason: "MaxTransferHopCountExceeded" });
});

test("a queue that forwards to itself ends in its transfer dead-letter queue, too", async () => {
  const { host, queue, client, sender } = await openQueue(broker);
  await broker.call("change", host, queue, { forwardTo: queue });

  await sender.sendMessages({ body: "round and round" });

  const transfer = client.createReceiver(queue, { subQueueType: "transferDeadLetter" });
  expect((await transfer.receiveMessages(1, wait))[0]?.deadLetterReason).toBe("MaxTransferHopCountExceeded");
});

test.each([
  ["that is missing", "MessagingEntityNotFound", undefined],
  ["that is disabled", "MessagingEntityNotFound", { status: "SendDisabled" }],
  ["that is full", "QuotaExceeded", { maxSizeBytes: 1 }],
] as const)("what would go to a queue %s is kept in the transfer dead-letter queue", async (_, reason, settings) => {
  const target = settings && (await openQueue(broker, settings));
  const { queue, client, sender, counts } = await openQueue(broker, { forwardTo: target?.queue ?? "nowhere" });
  await sender.sendMessages({ body: "x" });

  const transfer = client.createReceiver(queue, { subQueueType: "transferDeadLetter" });

  expect(await counts()).toMatchObject({ active: 0, deadLetter: 0, transferDeadLetter: 1 });
  expect((await transfer.receiveMessages(1, wait))[0]).toMatchObject({ body: "x", deadLetterReason: reason });
});

test("a message without a session that is forwarded into sessions is dead-lettered there", async () => {
  const target = await openQueue(broker, { requiresSession: true });
  const source = await openQueue(broker, { forwardTo: target.queue });
  await source.sender.sendMessages([{ body: "lost" }, { body: "found", sessionId: "a" }]);

  const [dead] = await target.deadLetters.receiveMessages(1, wait);

  expect(dead).toMatchObject({ body: "lost", deadLetterReason: "Session ID is null" });
  expect(await target.counts()).toMatchObject({ active: 1, deadLetter: 1 });
});
