import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { ServiceBusClient } from "@azure/service-bus";
import { expect, onTestFinished, test } from "vitest";
import { createDistantServer } from "../../../../sandbox/src/distance.ts";
import { openBroker, openQueue } from "../../../../sandbox/test/service-bus/open-broker.ts";
import { createLinkCaller } from "../../../../src/lib/azure/call-policy.ts";
import { type EarlyLinks, openLinksEarly } from "../../../../src/lib/azure/service-bus/early-links.ts";
import { closeConnection, putTokensTogether } from "../../../../src/lib/azure/service-bus/sdk-internals.ts";

/**
 * How often a connection waited for the broker; known when it has ended. With a short distance a busy machine would count turns that
 * are none.
 */
async function countTurns(port: number) {
  const ended = Promise.withResolvers<number>();
  const server = createDistantServer(port, { delay: 30, ended: ({ turns }) => ended.resolve(turns) });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, turns: ended.promise };
}

async function setUp({ earlySessions = true, refuse = false } = {}) {
  const broker = await openBroker({ earlySessions });
  onTestFinished(() => broker.close());
  const { host, queue, oid, counts } = await openQueue(broker);
  const getToken = async () => {
    const token = await broker.call("mint", { tenant: "acme", oid });
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  };
  const { port, turns } = await countTurns(broker.port);
  const client = new ServiceBusClient(
    host,
    { getToken },
    { customEndpointAddress: `sb://localhost:${port}`, retryOptions: { maxRetries: 0 } },
  );
  onTestFinished(() => client.close());
  const services: EarlyLinks = { refuse };
  openLinksEarly(client, services);
  putTokensTogether(client);
  const call = createLinkCaller({ customer: "acme", tenant: "acme", namespace: host }, { throttled: 1, otherwise: 1 });
  return { turns, client, queue, services, counts, call };
}

test("a command needs at least four turns fewer than without early links", async () => {
  const turnsOf = async (refuse: boolean) => {
    const { client, queue, turns } = await setUp({ refuse });
    await client.createSender(queue).sendMessages({ body: "hi" });
    closeConnection(client);
    return turns;
  };

  expect(await turnsOf(false)).toBeLessThanOrEqual((await turnsOf(true)) - 4);
});

test("links, requests and settlements work on a connection whose first links are opened early", async () => {
  const { client, queue, services } = await setUp();
  const receiver = client.createReceiver(queue);

  const [peeked] = await Promise.all([
    receiver.peekMessages(1),
    client.createSender(queue).sendMessages([{ body: "one" }, { body: "two" }]),
  ]);
  const received = await receiver.receiveMessages(2, { maxWaitTimeInMs: 5_000 });
  await Promise.all(received.map((message) => receiver.completeMessage(message)));

  expect(peeked.length).toBeLessThanOrEqual(2);
  expect(received.map(({ body }) => body)).toEqual(["one", "two"]);
  expect(await receiver.peekMessages(1)).toEqual([]);
  expect(services.refuse).toBe(false);
});

test("a service that refuses early sessions ends one connection, and the call is made on the next one", async () => {
  const { client, queue, services, counts, call } = await setUp({ earlySessions: false });

  await call("sending", 60_000, () => client.createSender(queue).sendMessages({ body: "hi" }));

  expect(services.refuse).toBe(true);
  expect((await counts()).active).toBe(1);
});

test("a link that is refused is no reason to send less early", async () => {
  const { client, services } = await setUp();

  await expect(client.createSender("none").sendMessages({ body: "hi" })).rejects.toMatchObject({
    code: "UnauthorizedAccess",
  });
  await expect(client.createReceiver("none").peekMessages(1)).rejects.toMatchObject({
    code: "UnauthorizedAccess",
  });
  expect(services.refuse).toBe(false);
});
