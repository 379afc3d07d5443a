import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, connect, openBroker, openQueue } from "../../sandbox/test/service-bus/open-broker.ts";
import { withTimeout } from "../../src/lib/concurrency/timeout.ts";
import { random } from "../fakes/random.ts";
import { openToxicProxy } from "./proxy.ts";

/**
 * The behaviour of @azure/service-bus 7.9.5 alone, and the reason for xtenant's workarounds
 * (docs/internals/reliability.md).
 */
let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

test("an aborted receive leaves its credit: the next message is locked, and no reader gets it", async () => {
  const { sender, receiver, client, queue, counts } = await openQueue(broker);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 500 })).toEqual([]); // attaches the link
  const abort = new AbortController();
  const pending = receiver.receiveMessages(10, { maxWaitTimeInMs: 30_000, abortSignal: abort.signal });
  const aborted = expect(pending).rejects.toMatchObject({ name: "AbortError" });
  await client.createReceiver(queue).peekMessages(1); // a round trip, after which the credit has arrived too
  abort.abort();
  await aborted;
  await sender.sendMessages([{ body: "one" }, { body: "two" }]);

  const other = client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
  expect(await other.receiveMessages(10, { maxWaitTimeInMs: 1_000 })).toEqual([]);
  expect((await counts()).active).toBe(2);
});

test("subscribe retries a refused link indefinitely and never ends", async () => {
  const { host, queue } = await openQueue(broker);
  const stranger = await broker.call("addPrincipal", "acme");
  const client = connect(
    broker,
    host,
    { tenant: "acme", oid: stranger },
    { retryOptions: { maxRetries: 0, retryDelayInMs: 50 } },
  );
  let problems = 0;
  client.createReceiver(queue).subscribe({
    processMessage: async () => {},
    processError: async () => {
      problems += 1;
    },
  });

  await expect.poll(() => problems).toBeGreaterThan(5);
});

test("on a dead connection, a receive does not return after its time, and neither does close; a deadline detects it", async () => {
  const { host, queue, oid } = await openQueue(broker);
  const proxy = await openToxicProxy(broker.port, random(1));
  const getToken = async () => {
    const token = await broker.call("mint", { tenant: "acme", oid });
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  };
  const client = new ServiceBusClient(host, { getToken }, { customEndpointAddress: `sb://localhost:${proxy.port}` });
  const receiver = client.createReceiver(queue);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).toEqual([]); // attaches the link
  proxy.forget();
  const receive = receiver.receiveMessages(1, { maxWaitTimeInMs: 100 });
  await expect(withTimeout("receiving", 1_500, receive)).rejects.toMatchObject({ code: "NoAnswer" });
  await expect(withTimeout("closing", 500, client.close())).rejects.toMatchObject({ code: "NoAnswer" });
  await proxy.close();
});
