import { ServiceBusClient } from "@azure/service-bus";
import { expect, onTestFinished, test } from "vitest";
import { openBroker, openQueue } from "../../../../sandbox/test/service-bus/open-broker.ts";
import { createLinkCaller } from "../../../../src/lib/azure/call-policy.ts";
import { requestIdleTimeout } from "../../../../src/lib/azure/service-bus/amqp-idle-timeout.ts";
import { readPrivateField } from "../../../../src/lib/azure/service-bus/sdk-internals.ts";

const idleTimeout = (client: ServiceBusClient) =>
  readPrivateField(client, "_connectionContext", "connection", "_connection", "local", "open", "idle_time_out");
const client = () => new ServiceBusClient("acme-messages.servicebus.windows.net", { getToken: async () => null });

test("by default the SDK requests an idle timeout of a minute", () => {
  expect(idleTimeout(client())).toBe(60_000);
});

test("every connection of a client requests the shorter idle timeout, also the one that the SDK creates after an outage", () => {
  const asking = client();
  requestIdleTimeout(asking);
  expect(idleTimeout(asking)).toBe(11_000);
  const first = readPrivateField(asking, "_connectionContext", "connection");

  const context = readPrivateField(asking, "_connectionContext");
  const renew = readPrivateField(context, "refreshConnection");
  if (typeof renew === "function") renew.call(context);

  expect(readPrivateField(context, "connection")).not.toBe(first);
  expect(idleTimeout(asking)).toBe(11_000);
});

test("after a refusal no connection requests it again, and the call in progress is made on the next connection", async () => {
  const broker = await openBroker({ shortestIdleTimeOut: 20_000 });
  onTestFinished(() => broker.close());
  const { host, queue, oid, counts } = await openQueue(broker);
  const getToken = async () => {
    const token = await broker.call("mint", { tenant: "acme", oid });
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  };
  const refused = new ServiceBusClient(
    host,
    { getToken },
    { customEndpointAddress: `sb://localhost:${broker.port}`, retryOptions: { maxRetries: 0 } },
  );
  onTestFinished(() => refused.close());
  const services = { refuse: false };
  requestIdleTimeout(refused, services);
  const callLink = createLinkCaller(
    { customer: "acme", tenant: "acme", namespace: host },
    { throttled: 1, otherwise: 1 },
  );

  await callLink("sending", 60_000, () => refused.createSender(queue).sendMessages({ body: "hi" }));

  expect((await counts()).active).toBe(1);
  expect(broker.lines).toEqual([expect.stringContaining("connection refused: amqp:not-allowed")]);
  const next = client();
  requestIdleTimeout(next, services);
  expect(idleTimeout(next)).toBe(60_000);
});
