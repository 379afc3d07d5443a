import { expect, test } from "vitest";
import type { Receiver } from "../../../../src/lib/ports/azure-services.ts";
import { openQueueClient } from "./open-queue-client.ts";

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
  const { openAnother, sender } = await openQueueClient();
  await stoppedReceiver(openAnother);
  await sender.sendMessages({ body: "next" });
  const [next] = await openAnother().receive(1, 10_000);

  expect(next?.message).toMatchObject({ deliveryCount: 1 });
});

test("a receiver that was stopped can receive again", async () => {
  const { openAnother, sender } = await openQueueClient();
  const receiver = await stoppedReceiver(openAnother);
  await sender.sendMessages({ body: "next" });

  expect(await receiver.receive(1, 10_000)).toHaveLength(1);
});
