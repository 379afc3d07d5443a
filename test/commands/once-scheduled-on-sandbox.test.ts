import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { Context } from "../../src/cli/context.ts";
import { list } from "../../src/commands/dead-letter/list.ts";
import { purge } from "../../src/commands/dead-letter/purge.ts";
import { resubmit } from "../../src/commands/dead-letter/resubmit.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { type Customer, parseCustomerName } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { Receiver } from "../../src/lib/ports/azure-services.ts";
import { safeToLock } from "../../src/lib/receive/delivery-guard.ts";
import { inspectQueue } from "../../src/lib/status/queue-state.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { sandboxContext } from "../fakes/sandbox-context.ts";
import { idOf } from "../fakes/statuses.ts";

/** Azure keeps the state `scheduled` of a message whose time has come (azure-sdk-for-js, sendAndSchedule.spec.ts), and so does the sandbox. */

const acme = parseCustomerName("acme");
const place = { queue: "status", as: "provider", yes: true } as const;
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
let sandbox: SandboxProcess;
let context: Context;
let customer: Customer;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  context = await sandboxContext(sandbox, "acme");
  customer = findCustomer(await context.config.read(), acme);
});
afterAll(() => sandbox.stop());

async function withReceiver<T>(work: (receiver: Receiver) => Promise<T>): Promise<T> {
  await using connection = await context.azure.connectAsProvider(customer);
  return await work(await connection.receiver());
}

const drain = () => all(pollPrinted(context, [acme], { idle: 300 }));

/** Three statuses in the queue whose time has come, and no others. */
beforeEach(async () => {
  await drain();
  await using connection = await context.azure.connectAsResponder(customer);
  const sender = await connection.sender();
  const ids = ["s-0", "s-1", "s-2"];
  await sender.schedule(
    ids.map((messageId) => ({ messageId, body: Buffer.from(messageId) })),
    new Date(Date.now() + 100),
  );
  const active = async () => (await context.azure.countMessages(customer, "status")).active;
  await expect.poll(active).toBe(3);
});

test("poll --where finds a message that was scheduled, and a drain takes the others", async () => {
  const found = await all(pollPrinted(context, [acme], { idle: 500, where: 'messageId == "s-2"' }));

  expect(found).toMatchObject([{ messageId: "s-2" }, { type: "skipped" }]);
  expect((await drain()).map(idOf).sort()).toEqual(["s-0", "s-1"]);
});

test("status that counts by peeking counts a message that was scheduled as active", async () => {
  const withoutManage = {
    ...context.azure,
    countMessages: () => Promise.reject(new Failure("UnauthorizedAccess", "no Manage claim")),
  };

  const state = await inspectQueue(withoutManage, context.azure.connectAsProvider(customer), customer, {
    role: "status",
    signal: context.signal,
  });

  expect(state).toMatchObject({ counts: "peek", active: 3, scheduled: 0 });
});

test("the delivery guard sees the deliveries of a message that was scheduled", async () => {
  await withReceiver(async (receiver) => {
    for (let delivery = 1; delivery < 10; delivery++)
      for (const held of await receiver.receive(1, 5_000)) await held.abandon();

    const { signal } = context;
    await expect(safeToLock(receiver, 1, { heldAlready: 0, signal })).rejects.toMatchObject({ code: "LastDelivery" });
  });
});

test("dead letters that were scheduled are listed, resubmitted and purged", async () => {
  await withReceiver(async (receiver) => {
    for (const held of await receiver.receive(3, 5_000)) await held.deadLetter("Poison", "as the test wants it");
  });
  expect(await all(list(context, { names: [acme] }, place))).toMatchObject([
    { messages: 3, reasons: [{ messages: 3 }] },
  ]);

  const resubmitted = await all(
    resubmit(
      context,
      { names: [acme] },
      { ...place, where: 'messageId == "s-1"', journal: join(sandbox.directory, "resubmitted") },
    ),
  );
  const purged = await all(purge(context, { names: [acme] }, { ...place, journal: join(sandbox.directory, "purged") }));

  expect(resubmitted.at(-1)).toMatchObject({ type: "summary", matched: 1, done: 1, missed: 0 });
  expect(purged.at(-1)).toMatchObject({ type: "summary", matched: 2, done: 2, missed: 0 });
});
