import { expect, test } from "vitest";
import { observed } from "../../../src/lib/telemetry/observe-azure-services.ts";
import type { Observer } from "../../../src/lib/telemetry/observer.ts";
import { fakeContext } from "../../fakes/context.ts";
import { withStatuses } from "../../fakes/statuses.ts";

/** Writes down what it is told, and marks what leaves. */
function scribe() {
  const told: string[] = [];
  const observer: Observer = {
    leaving: (_end, message) => ({
      message: { ...message, properties: { ...message.properties, marked: true } },
      goes: () => told.push(`${message.messageId} goes`),
    }),
    call: async ({ operation, end, sent = [] }, work) => {
      const ids = sent.map(({ message }) => message.messageId);
      try {
        return await work();
      } finally {
        told.push([operation, end.customer, end.queue, ...ids].join(" ").trimEnd());
      }
    },
    arrived: (end, held) => {
      told.push(`${held.message.messageId} arrived at ${end.customer}`);
      return held;
    },
    attached: ({ customer }) => told.push(`${customer} attached`),
    heard: () => {},
  };
  return { told, observer };
}

const text = (messageId: string) => ({ messageId, body: new TextEncoder().encode(messageId) });

test("who looks on is told of each message that leaves, and of each call with the messages that it sends", async () => {
  const { context, customer, memory } = fakeContext();
  const acme = customer("acme");
  await (await memory.cloud.directory(acme)).provisionServicePrincipal(memory.apps.clientId);
  const { told, observer } = scribe();
  await using mailbox = await observed(memory.cloud, async () => observer).providerMailbox(acme);
  const outbox = await mailbox.outbox();

  // Without the role it is refused, and that is told like any other end.
  await expect(outbox.send(text("c-1"))).rejects.toMatchObject({ kind: "forbidden" });

  expect(context.signal.aborted).toBe(false);
  expect(told).toEqual(["connect acme", "c-1 goes", "send acme commands c-1"]);
});

test("of a batch only what fits and is sent has left, and goes as it was marked", async () => {
  const { memory, context, customer } = await withStatuses("acme");
  const { told, observer } = scribe();
  await using mailbox = await observed(context.cloud, async () => observer).providerMailbox(customer("acme"));
  const outbox = await mailbox.outbox("command");
  const trial = await outbox.batch();
  trial.add(text("c-0"));
  const batch = await outbox.batch();
  batch.add(text("c-1"));
  batch.add(text("c-2"));
  await batch.send();

  expect(told).toEqual(["connect acme", "c-1 goes", "c-2 goes", "send acme commands c-1 c-2"]);
  const held = await (await memory.cloud.responderMailbox(customer("acme"))).inbox();
  expect((await held.peek(9)).map(({ properties }) => properties.marked)).toEqual([true, true]);
});

test("a message's settlement is told, and so is a link that opens; with nobody looking on nothing is put around", async () => {
  const { context, customer, stop } = await withStatuses("acme");
  const { told, observer } = scribe();
  await using mailbox = await observed(context.cloud, async () => observer).providerMailbox(customer("acme"));
  const tail = (await mailbox.inbox()).tail(stop.signal)[Symbol.asyncIterator]();
  const [held] = (await tail.next()).value ?? [];
  await held?.complete();
  stop.abort();
  await tail.return?.();

  expect(told).toEqual([
    "connect acme",
    "acme attached",
    ...["acme-1", "acme-2", "acme-3"].map((id) => `${id} arrived at acme`),
    "complete acme statuses",
  ]);
  const bare = await context.cloud.providerMailbox(customer("acme"));
  const unobserved = observed({ ...context.cloud, providerMailbox: async () => bare }, async () => undefined);
  expect(await unobserved.providerMailbox(customer("acme"))).toBe(bare);
});

test("observers may be put around each other: each is told, also of a link that opens while nothing comes", async () => {
  const { context, customer, stop } = await withStatuses("acme");
  const [inner, outer] = [scribe(), scribe()];
  const cloud = observed(
    observed(context.cloud, async () => inner.observer),
    async () => outer.observer,
  );
  await using mailbox = await cloud.providerMailbox(customer("acme"));
  const tail = Array.fromAsync((await mailbox.inbox("command")).tail(stop.signal));
  await expect.poll(() => outer.told).toContain("acme attached");
  stop.abort();

  expect(await tail).toEqual([]);
  expect(inner.told).toEqual(outer.told);
});
