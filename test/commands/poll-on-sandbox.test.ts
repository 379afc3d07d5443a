import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeQueues, remakeQueue } from "../../sandbox/test/remake-queue.ts";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { Context } from "../../src/cli/context.ts";
import { purge } from "../../src/commands/dead-letter/purge.ts";
import { resubmit } from "../../src/commands/dead-letter/resubmit.ts";
import { poll } from "../../src/commands/poll.ts";
import { verify } from "../../src/commands/verify.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { sandboxContext } from "../fakes/sandbox-context.ts";
import { idOf } from "../fakes/statuses.ts";

const acme = parseCustomerName("acme");
let sandbox: SandboxProcess;
let context: Context;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  context = await sandboxContext(sandbox, "acme");
});
afterAll(() => sandbox.stop());

async function putStatuses(count: number): Promise<readonly string[]> {
  await using connection = await context.azure.connectAsResponder(findCustomer(await context.config.read(), acme));
  const sender = await connection.sender();
  const ids = Array.from({ length: count }, (_, index) => `s-${index}`);
  for (const messageId of ids) await sender.send({ messageId, body: Buffer.from(messageId) });
  return ids;
}

type Read = { readonly messageId?: string; readonly deliveryCount?: number };

test.each([1, 7, 30])(
  "a reader that leaves after %i messages loses none, and does not receive its acknowledged messages again",
  async (leaveAfter) => {
    const ids = await putStatuses(40);
    const acknowledged: (string | undefined)[] = [];

    // As a closed pipe does: the batch at which the reader leaves is not acknowledged.
    for await (const { records, acknowledge } of poll(context, [acme], { idle: 500 })) {
      if (acknowledged.length + records.length > leaveAfter) break;
      await acknowledge();
      acknowledged.push(...records.map(idOf));
    }
    const rest = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }));

    expect([...acknowledged, ...rest.map(idOf)].sort()).toEqual([...ids].sort());
  },
);

test("a reader that prefetches without acknowledging completes nothing when it leaves", async () => {
  const ids = await putStatuses(10);
  const batches = poll(context, [acme], { idle: 500 });
  const prefetched = [await batches.next(), await batches.next(), await batches.next()];
  await batches.return(undefined);

  const rest = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }));

  expect(prefetched.every(({ done }) => !done)).toBe(true);
  expect(rest.map(idOf).sort()).toEqual([...ids].sort());
});

test("a reader that prefetches and acknowledges late completes each message once", async () => {
  const ids = await putStatuses(10);
  const seen: (string | undefined)[] = [];
  const waiting: (() => Promise<void>)[] = [];

  for await (const { records, acknowledge } of poll(context, [acme], { idle: 500 })) {
    seen.push(...records.map(idOf));
    waiting.push(acknowledge);
    if (seen.length === 10) for (const late of waiting) await late();
  }

  expect(seen.sort()).toEqual([...ids].sort());
  expect(await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }))).toEqual([]);
});

test("--max takes no more than it prints: the others stay unlocked, with their delivery count as it was", async () => {
  await putStatuses(20);

  const first = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500, max: 5 }));
  const rest = (await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }))) as readonly Read[];

  expect(first).toHaveLength(5);
  expect(rest.map(({ deliveryCount }) => deliveryCount)).toEqual(Array(15).fill(1));
});

test("a queue with sessions is detected and read session by session, each in order, two at a time", async () => {
  await remakeQueue(sandbox, "acme", "statuses", { requiresSession: true });
  const customer = findCustomer(await context.config.read(), acme);
  {
    await using connection = await context.azure.connectAsResponder(customer);
    const sender = await connection.sender();
    for (const [n, sessionId] of ["a", "b", "a", "c", "b"].entries())
      await sender.send({ messageId: `${sessionId}${n}`, sessionId, body: Buffer.from("x") });
  }

  const read = (await Array.fromAsync(pollPrinted(context, [acme], { idle: 500, concurrency: 2 }))) as readonly Read[];
  const ids = read.map(({ messageId = "" }) => messageId);

  expect(ids.filter((id) => id.startsWith("a"))).toEqual(["a0", "a2"]);
  expect(ids.filter((id) => id.startsWith("b"))).toEqual(["b1", "b4"]);
  expect(read.map(({ deliveryCount }) => deliveryCount)).toEqual(Array(5).fill(1));
});

test("the session whose id is empty is received as any other, by its id too", async () => {
  await remakeQueue(sandbox, "acme", "statuses", { requiresSession: true });
  const sessions = ["", "a", ""];
  const customer = findCustomer(await context.config.read(), acme);
  {
    await using connection = await context.azure.connectAsResponder(customer);
    const sender = await connection.sender();
    for (const [index, sessionId] of sessions.entries())
      await sender.send({ messageId: `e-${index}`, sessionId, body: Buffer.from("x") });
  }
  {
    await using connection = await context.azure.connectAsProvider(customer);
    await using session = await connection.session("");
    const [first] = await session.receive(1, 1_000);
    await first?.renewLock();
    expect([session.id, first?.message.messageId, first?.message.sessionId]).toEqual(["", "e-0", ""]);
  }

  const records = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }));

  expect(records.map(idOf).sort()).toEqual(["e-0", "e-1", "e-2"]);
  expect(await Array.fromAsync(pollPrinted(context, [acme], { idle: 500, peek: true }))).toEqual([]);
}, 20_000);

async function play(scenario: object): Promise<void> {
  const authorization = `Bearer ${(await readFile(join(sandbox.directory, "secrets/control"), "utf8")).trim()}`;
  const url = `https://localhost:${sandbox.port}/control/scenario`;
  const headers = { authorization, "content-type": "application/json" };
  const played = await fetch(url, { method: "PUT", headers, body: JSON.stringify(scenario) });
  if (!played.ok) throw new Error(await played.text());
}

test.each(["com.microsoft:timeout", "com.microsoft:session-cannot-be-locked", "amqp:internal-error"])(
  "the error %s of the next session is a failure, and not an empty queue",
  async (code) => {
    await remakeQueue(sandbox, "acme", "statuses", { requiresSession: true });
    await play({ refuse: [{ endpoint: "amqp", method: "ATTACH", path: "/statuses", code }] });

    await expect(Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }))).rejects.toMatchObject({
      kind: code === "com.microsoft:session-cannot-be-locked" ? "conflict" : "unavailable",
    });
    await play({});
  },
);

/** The Service Bus SDK with the provider's app. */
async function openSdk() {
  const { provider, customers } = sandbox.config;
  const tenant = customers.acme?.tenantId ?? "";
  const secret = (await readFile(join(sandbox.directory, "secrets/provider"), "utf8")).trim();
  const credential = new ClientSecretCredential(tenant, provider.clientId, secret, {
    authorityHost: `https://localhost:${sandbox.port}`,
    disableInstanceDiscovery: true,
  });
  return new ServiceBusClient(customers.acme?.namespace ?? "", credential, {
    customEndpointAddress: `sb://localhost:${sandbox.port}`,
  });
}

test("deferred messages are received, purged and resubmitted by their numbers", async () => {
  await remakeQueue(sandbox, "acme", "statuses", {});
  await putStatuses(5);
  const sdk = await openSdk();
  const receiver = sdk.createReceiver("statuses");
  for (const message of await receiver.receiveMessages(2, { maxWaitTimeInMs: 5_000 }))
    await receiver.deferMessage(message);
  const dead = await receiver.receiveMessages(3, { maxWaitTimeInMs: 5_000 });
  for (const message of dead) await receiver.deadLetterMessage(message);
  const deadLetters = sdk.createReceiver("statuses", { subQueueType: "deadLetter" });
  const numbers: bigint[] = [];
  for (const message of await deadLetters.receiveMessages(3, { maxWaitTimeInMs: 5_000 })) {
    await deadLetters.deferMessage(message);
    numbers.push(BigInt(String(message.sequenceNumber)));
  }
  await sdk.close();
  const [first, second] = numbers;
  if (first === undefined || second === undefined) throw new Error("nothing was deferred");
  const removal = { queue: "status", as: "provider", yes: true } as const;
  const journal = join(sandbox.directory, "deferred.ndjson");

  const drained = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }));
  const received = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500, sequence: [2n, 1n] }));
  const purged = await Array.fromAsync(purge(context, { names: [acme] }, { ...removal, sequence: [first], journal }));
  const sent = await Array.fromAsync(resubmit(context, { names: [acme] }, { ...removal, sequence: [second], journal }));
  const copies = await Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }));

  expect(drained).toEqual([]);
  expect(received.map(idOf)).toEqual(["s-1", "s-0"]);
  expect([purged[0]?.type, sent[0]?.type]).toEqual(["purged", "resubmitted"]);
  expect(copies).toHaveLength(1);
  await expect(Array.fromAsync(pollPrinted(context, [acme], { idle: 500, sequence: [1n] }))).rejects.toMatchObject({
    kind: "notFound",
  });
}, 30_000);

test("a queue that forwards is refused with its target, by poll and by verify; the probe of verify locks nothing", async () => {
  await remakeQueue(sandbox, "acme", "statuses", {});
  const customer = findCustomer(await context.config.read(), acme);
  await putStatuses(1);
  {
    await using connection = await context.azure.connectAsProvider(customer);
    await connection.probeReceiver();
    const [held] = await (await connection.receiver()).receive(1, 2_000);
    expect(held?.message.deliveryCount).toBe(1);
    await held?.complete();
  }
  await makeQueues(sandbox, "acme", ["audit"]);
  await remakeQueue(sandbox, "acme", "statuses", { forwardTo: "audit", forwardDeadLetteredMessagesTo: "commands" });

  const refused = {
    code: "QueueForwards",
    kind: "conflict",
    message: expect.stringContaining("statuses forwards to audit"),
  };
  await expect(Array.fromAsync(pollPrinted(context, [acme], { idle: 500 }))).rejects.toMatchObject(refused);
  await expect(Array.fromAsync(pollPrinted(context, [acme], { idle: 500, peek: true }))).rejects.toMatchObject(refused);
  const [verified] = await Array.fromAsync(verify(context, [acme], {}));
  expect(verified?.checks.filter(({ outcome }) => outcome === "failed")).toMatchObject([
    { check: "status queue", error: refused },
  ]);
  await using connection = await context.azure.connectAsProvider(customer);
  await expect((await connection.deadLetters("status")).peek(1)).rejects.toMatchObject({
    message: expect.stringContaining("the dead-letter queue of statuses forwards to commands"),
  });
}, 20_000);
