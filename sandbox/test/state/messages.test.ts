import { randomInt } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import Long from "long";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../sandbox-process.ts";
import { connectAdministrator } from "./bus-client.ts";

/** Compares what Microsoft's own client saw with the messages of a sandbox that was killed and started again on the same file. */
let folder: string;
let sandbox: SandboxProcess;
const start = () => startSandboxProcess({ directory: join(folder, "D"), dataFile: join(folder, "cloud.sqlite") });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "xtenant-messages-"));
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

async function drain(receiver: ServiceBusReceiver) {
  const all: ServiceBusReceivedMessage[] = [];
  for (;;) {
    const some = await receiver.receiveMessages(500, { maxWaitTimeInMs: 300 });
    if (some.length === 0) return all;
    await Promise.all(some.map((message) => receiver.completeMessage(message)));
    all.push(...some);
  }
}

const numberOf = ({ sequenceNumber }: ServiceBusReceivedMessage) => Number(sequenceNumber);

test("killed in the midst of sending and settling, it has lost nothing that was accepted, and what was completed is gone", async () => {
  const until = randomInt(40, 160);
  const sent = new Set<string>();
  const received: ServiceBusReceivedMessage[] = [];
  const completed = new Set<string>();
  {
    await using before = await connectAdministrator(sandbox);
    await before.makeQueue("crash", { maxDeliveryCount: 1000 });
    const sender = before.bus.createSender("crash");
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const receiver = before.bus.createReceiver("crash", { maxAutoLockRenewalDurationInMs: 0 });
    receiver.subscribe(
      {
        processMessage: async (message) => {
          received.push(message);
          await receiver.completeMessage(message);
          completed.add(String(message.body));
          if (completed.size === until) resolve();
        },
        processError: async () => {},
      },
      { autoCompleteMessages: false, maxConcurrentCalls: 5 },
    );
    const send = async (body: string) => {
      await sender.sendMessages({ body });
      sent.add(body);
    };
    const bodies = Array.from({ length: 400 }, (_, index) => `m${index}`);
    const sending = Promise.allSettled(bodies.map(send));
    await enough;
    await sandbox.kill();
    await sending;
  }
  sandbox = await start();
  await using after = await connectAdministrator(sandbox);
  const left = await drain(after.bus.createReceiver("crash"));
  const bodies = left.map(({ body }) => String(body));

  expect(completed.size, `killed after ${until}`).toBeGreaterThanOrEqual(until);
  expect([...sent].filter((body) => !bodies.includes(body) && !received.some((one) => one.body === body))).toEqual([]);
  expect(bodies.filter((body) => completed.has(body))).toEqual([]);
  expect(new Set(bodies).size).toBe(bodies.length);
  const numbers = [...received, ...left].map((message) => [String(message.body), numberOf(message)] as const);
  expect(new Set(numbers.map(([, number]) => number)).size).toBe(new Map(numbers).size);
  await after.bus.createSender("crash").sendMessages({ body: "next" });
  const [next] = await drain(after.bus.createReceiver("crash"));
  expect(next && numberOf(next)).toBeGreaterThan(Math.max(...numbers.map(([, number]) => number)));
});

test("deferred, scheduled and dead messages, sessions and ids that were seen outlive a crash; a deleted queue's do not", async () => {
  const authority = await readFile(join(sandbox.directory, "ca.pem"), "utf8");
  let deferred = Long.ZERO;
  let scheduled: Long | undefined;
  {
    await using before = await connectAdministrator(sandbox);
    const { bus } = before;
    await before.makeQueue("plain");
    await before.makeQueue("once", { requiresDuplicateDetection: true });
    await before.makeQueue("talks", { requiresSession: true });
    await before.makeQueue("gone");
    await bus.createSender("gone").sendMessages({ body: "old" });
    await before.deleteQueue("gone");
    await before.makeQueue("gone");
    const plain = bus.createSender("plain");
    await plain.sendMessages(
      ["to defer", "to deadLetter", "to hold", "to keep"].map((body) => ({
        body,
        applicationProperties: { text: "ü", flag: true },
      })),
    );
    [scheduled] = await plain.scheduleMessages({ body: "to come" }, new Date(Date.now() + 3_600_000));
    const receiver = bus.createReceiver("plain");
    const [one, two, three] = await receiver.receiveMessages(3);
    if (!one || !two || !three) throw new Error("three messages were sent");
    await receiver.deferMessage(one);
    deferred = one.sequenceNumber ?? Long.ZERO;
    await receiver.deadLetterMessage(two, { deadLetterReason: "Bad", deadLetterErrorDescription: "It is bad." });
    await bus.createSender("once").sendMessages({ body: "first", messageId: "same" });
    await bus.createSender("talks").sendMessages({ body: "hello", sessionId: "s" });
    const session = await bus.acceptSession("talks", "s");
    await session.setSessionState({ step: 3 });
    await sandbox.kill();
  }
  sandbox = await start();
  await using after = await connectAdministrator(sandbox);
  const { bus } = after;
  const receiver = bus.createReceiver("plain");
  const [found] = await receiver.receiveDeferredMessages(deferred);
  if (found) await receiver.completeMessage(found);
  await bus.createSender("once").sendMessages({ body: "again", messageId: "same" });
  const session = await bus.acceptSession("talks", "s");
  const [peeked] = scheduled ? await receiver.peekMessages(1, { fromSequenceNumber: scheduled }) : [];

  expect(await readFile(join(sandbox.directory, "ca.pem"), "utf8")).toBe(authority);
  expect(found).toMatchObject({ body: "to defer", applicationProperties: { text: "ü", flag: true } });
  expect(peeked).toMatchObject({ body: "to come", state: "scheduled" });
  expect((await drain(receiver)).map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    ["to hold", 1],
    ["to keep", 0],
  ]);
  expect(await drain(bus.createReceiver("plain", { subQueueType: "deadLetter" }))).toMatchObject([
    {
      body: "to deadLetter",
      deadLetterReason: "Bad",
      deadLetterErrorDescription: "It is bad.",
      deadLetterSource: "plain",
    },
  ]);
  expect((await drain(bus.createReceiver("once"))).map(({ body }) => body)).toEqual(["first"]);
  expect(await session.getSessionState()).toEqual({ step: 3 });
  expect((await session.receiveMessages(1)).map(({ body }) => body)).toEqual(["hello"]);
  expect(await drain(bus.createReceiver("gone"))).toEqual([]);
});
