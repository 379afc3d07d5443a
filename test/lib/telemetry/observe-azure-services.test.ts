import { expect, test } from "vitest";
import { observeAzureServices } from "../../../src/lib/telemetry/observe-azure-services.ts";
import type { Observer } from "../../../src/lib/telemetry/observer.ts";
import { fakeContext } from "../../fakes/context.ts";
import { withStatuses } from "../../fakes/statuses.ts";

/** Records the calls of the observer, and marks outgoing messages. */
function scribe() {
  const reported: string[] = [];
  const observer: Observer = {
    leaving: (_end, message) => ({
      message: { ...message, properties: { ...message.properties, marked: true } },
      goes: () => reported.push(`${message.messageId} goes`),
    }),
    call: async ({ operation, end, sent = [] }, work) => {
      const ids = sent.map(({ message }) => message.messageId);
      try {
        return await work();
      } finally {
        reported.push([operation, end.customer, end.queue, ...ids].join(" ").trimEnd());
      }
    },
    arrived: (end, held) => {
      reported.push(`${held.message.messageId} arrived at ${end.customer}`);
      return held;
    },
    attached: ({ customer }) => reported.push(`${customer} attached`),
    heard: () => {},
  };
  return { reported, observer };
}

const text = (messageId: string) => ({ messageId, body: new TextEncoder().encode(messageId) });

test("an observer sees each outgoing message, and each call with the messages that it sends", async () => {
  const { context, customer, memory } = fakeContext();
  const acme = customer("acme");
  await (await memory.cloud.directory(acme)).provisionServicePrincipal(memory.apps.clientId);
  const { reported, observer } = scribe();
  await using connection = await observeAzureServices(memory.cloud, async () => observer).connectAsProvider(acme);
  const sender = await connection.sender();

  // Without the role the call is refused, and the observer sees the end of the call.
  await expect(sender.send(text("c-1"))).rejects.toMatchObject({ kind: "forbidden" });

  expect(context.signal.aborted).toBe(false);
  expect(reported).toEqual(["connect acme", "c-1 goes", "send acme commands c-1"]);
});

test("only the messages of a batch that is sent count as outgoing, and they keep their marks", async () => {
  const { memory, context, customer } = await withStatuses("acme");
  const { reported, observer } = scribe();
  await using connection = await observeAzureServices(context.azure, async () => observer).connectAsProvider(
    customer("acme"),
  );
  const sender = await connection.sender("command");
  const trial = await sender.batch();
  trial.add(text("c-0"));
  const batch = await sender.batch();
  batch.add(text("c-1"));
  batch.add(text("c-2"));
  await batch.send();

  expect(reported).toEqual(["connect acme", "c-1 goes", "c-2 goes", "send acme commands c-1 c-2"]);
  const held = await (await memory.cloud.connectAsResponder(customer("acme"))).receiver();
  expect((await held.peek(9)).map(({ properties }) => properties.marked)).toEqual([true, true]);
});

test("an observer sees each settlement and each link that opens; without an observer nothing is wrapped", async () => {
  const { context, customer, stop } = await withStatuses("acme");
  const { reported, observer } = scribe();
  await using connection = await observeAzureServices(context.azure, async () => observer).connectAsProvider(
    customer("acme"),
  );
  const tail = (await connection.receiver()).tail(stop.signal)[Symbol.asyncIterator]();
  const [held] = (await tail.next()).value ?? [];
  await held?.complete();
  stop.abort();
  await tail.return?.();

  expect(reported).toEqual([
    "connect acme",
    "acme attached",
    ...["acme-1", "acme-2", "acme-3"].map((id) => `${id} arrived at acme`),
    "complete acme statuses",
  ]);
  const bare = await context.azure.connectAsProvider(customer("acme"));
  const unobserved = observeAzureServices(
    { ...context.azure, connectAsProvider: async () => bare },
    async () => undefined,
  );
  expect(await unobserved.connectAsProvider(customer("acme"))).toBe(bare);
});

test("observers can be nested: each sees every event, also a link that opens without a message", async () => {
  const { context, customer, stop } = await withStatuses("acme");
  const [inner, outer] = [scribe(), scribe()];
  const azure = observeAzureServices(
    observeAzureServices(context.azure, async () => inner.observer),
    async () => outer.observer,
  );
  await using connection = await azure.connectAsProvider(customer("acme"));
  const tail = Array.fromAsync((await connection.receiver("command")).tail(stop.signal));
  await expect.poll(() => outer.reported).toContain("acme attached");
  stop.abort();

  expect(await tail).toEqual([]);
  expect(inner.reported).toEqual(outer.reported);
});
