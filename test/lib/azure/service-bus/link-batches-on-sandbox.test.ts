import { ServiceBusClient } from "@azure/service-bus";
import { expect, onTestFinished, test } from "vitest";
import { openBroker, openQueue } from "../../../../sandbox/test/service-bus/open-broker.ts";
import { decodeMessage } from "../../../../src/lib/azure/service-bus/decode-message.ts";
import { passBareMessages } from "../../../../src/lib/azure/service-bus/raw-messages.ts";
import { openReceiver } from "../../../../src/lib/azure/service-bus/receiver.ts";
import { receiveFromLink } from "../../../../src/lib/azure/service-bus/sessions.ts";

async function setUp(settings: Parameters<typeof openQueue>[1] = {}) {
  const broker = await openBroker();
  onTestFinished(() => broker.close());
  const { host, queue, oid } = await openQueue(broker, settings);
  const getToken = async () => {
    const token = await broker.call("mint", { tenant: "acme", oid });
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  };
  passBareMessages();
  const client = new ServiceBusClient(host, { getToken }, { customEndpointAddress: `sb://localhost:${broker.port}` });
  onTestFinished(() => client.close());
  const context = { customer: "acme", tenant: "acme", namespace: host };
  const sdkReceiver = () => client.createReceiver(queue, receiveFromLink);
  return { sdkReceiver, receiver: openReceiver(sdkReceiver(), context), sender: client.createSender(queue) };
}

test("a message of a batch has the same fields as the SDK's", async () => {
  const { sdkReceiver, receiver, sender } = await setUp();
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
  const { receiver, sender } = await setUp({ lockDuration: 60_000 });
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
  const { receiver, sender } = await setUp({ lockDuration: 1_000 });
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
  const { sdkReceiver, receiver, sender } = await setUp();
  await sender.sendMessages([{ body: "1" }, { body: "2" }]);

  expect(await receiver.receive(10, 60_000)).toHaveLength(2);

  await sender.sendMessages({ body: "3" });
  const [next] = await sdkReceiver().receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(next?.deliveryCount).toBe(0);
});
