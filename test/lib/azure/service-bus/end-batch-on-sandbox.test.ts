import { ServiceBusClient } from "@azure/service-bus";
import { expect, onTestFinished, test } from "vitest";
import { openBroker, openQueue } from "../../../../sandbox/test/service-bus/open-broker.ts";
import { passBareMessages } from "../../../../src/lib/azure/service-bus/raw-messages.ts";
import { openReceiver } from "../../../../src/lib/azure/service-bus/receiver.ts";
import type { Receiver } from "../../../../src/lib/ports/azure-services.ts";

async function setUp() {
  const broker = await openBroker();
  onTestFinished(() => broker.close());
  const { host, queue, oid } = await openQueue(broker);
  const getToken = async () => {
    const token = await broker.call("mint", { tenant: "acme", oid });
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  };
  passBareMessages();
  const client = new ServiceBusClient(host, { getToken }, { customEndpointAddress: `sb://localhost:${broker.port}` });
  onTestFinished(() => client.close());
  const context = { customer: "acme", tenant: "acme", namespace: host };
  const openAnother = () => openReceiver(client.createReceiver(queue), context);
  return { openAnother, sender: client.createSender(queue) };
}

/** A receiver whose wait was stopped. The wait is longer than a test may take. */
async function stoppedReceiver(open: () => Receiver): Promise<Receiver> {
  const receiver = open();
  await receiver.open();
  const stop = new AbortController();
  const waiting = receiver.receive(10, 600_000, stop.signal);
  setImmediate(() => stop.abort());
  expect(await waiting).toEqual([]);
  return receiver;
}

test("a stopped wait ends at once, and leaves no credit: the next message goes to another receiver", async () => {
  const { openAnother, sender } = await setUp();
  await stoppedReceiver(openAnother);
  await sender.sendMessages({ body: "next" });
  const [next] = await openAnother().receive(1, 10_000);

  expect(next?.message).toMatchObject({ deliveryCount: 1 });
});

test("a receiver that was stopped can receive again", async () => {
  const { openAnother, sender } = await setUp();
  const receiver = await stoppedReceiver(openAnother);
  await sender.sendMessages({ body: "next" });

  expect(await receiver.receive(1, 10_000)).toHaveLength(1);
});
