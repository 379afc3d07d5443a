import { expect, test } from "vitest";
import { decodeMessage } from "../../../../src/lib/azure/service-bus/decode-message.ts";
import { openQueueClient } from "./open-queue-client.ts";

test("a message of a batch has the same fields as the SDK's", async () => {
  const { sdkReceiver, openAnother, sender } = await openQueueClient();
  const receiver = openAnother();
  await sender.sendMessages({
    body: { status: "done" },
    messageId: "m-1",
    correlationId: "c-1",
    partitionKey: "p",
    timeToLive: 3_600_000,
    scheduledEnqueueTimeUtc: new Date(Date.now() - 1_000),
    applicationProperties: { outcome: "succeeded", DeadLetterReason: "tested" },
  });
  const sdk = sdkReceiver();
  const [first] = await sdk.receiveMessages(1);
  if (first === undefined) throw new Error("no message");
  const bySdk = decodeMessage(first);
  await sdk.abandonMessage(first);

  const [locked] = await receiver.receive(1, 10_000);

  expect(locked?.message).toEqual({ ...bySdk, deliveryCount: 2 });
  expect(locked?.lockedUntil.getTime()).toBeGreaterThan(Date.now());
});

test("messages of one batch are settled in every way, and a lock is renewed", async () => {
  const { openAnother, sender } = await openQueueClient({ lockDuration: 60_000 });
  const receiver = openAnother();
  for (const body of ["complete", "abandon", "dead-letter", "renew"]) await sender.sendMessages({ body });
  const [complete, abandon, deadLetter, renew] = await receiver.receive(4, 10_000);
  if (!complete || !abandon || !deadLetter || !renew) throw new Error("messages are missing");
  const before = renew.lockedUntil;
  await complete.complete();
  await abandon.abandon();
  await deadLetter.deadLetter("tested", "by a test");
  await renew.renewLock();
  expect(renew.lockedUntil.getTime()).toBeGreaterThanOrEqual(before.getTime());
  await renew.complete();

  const left = await receiver.receive(4, 1_000);
  expect(left.map(({ message }) => [message.sequenceNumber, message.deliveryCount])).toEqual([
    [abandon.message.sequenceNumber, 2],
  ]);
});

test("a completion that the service refuses has the service's reason, and another one succeeds", async () => {
  const { openAnother, sender } = await openQueueClient({ lockDuration: 1_000 });
  const receiver = openAnother();
  await sender.sendMessages({ body: "late" });
  const [late] = await receiver.receive(1, 10_000);
  // The lock ends when the message can be received again.
  const [again] = await receiver.receive(1, 10_000);

  await Promise.all([
    expect(late?.complete()).rejects.toMatchObject({ code: "MessageLockLost" }),
    expect(again?.complete()).resolves.toBeUndefined(),
  ]);
});

test("a batch that is not full returns soon after its last message, and leaves no credit", async () => {
  const { sdkReceiver, openAnother, sender } = await openQueueClient();
  const receiver = openAnother();
  await sender.sendMessages([{ body: "1" }, { body: "2" }]);

  expect(await receiver.receive(10, 60_000)).toHaveLength(2);

  await sender.sendMessages({ body: "3" });
  const [next] = await sdkReceiver().receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(next?.deliveryCount).toBe(0);
});
