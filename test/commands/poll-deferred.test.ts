import { expect, test } from "vitest";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import { inspectQueue } from "../../src/lib/status/queue-state.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { idOf, withStatuses } from "../fakes/statuses.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

/** acme's statuses; the first and the third are deferred. */
async function withDeferred(...names: readonly string[]) {
  const fake = await withStatuses("acme", ...names);
  const customer = fake.customer("acme");
  for (const number of [1n, 3n]) fake.memory.defer(customer, "statuses", number);
  return {
    ...fake,
    acme: customer,
    left: () => fake.memory.messages(customer, "statuses").map(({ messageId }) => messageId),
  };
}

test("a drain leaves deferred messages, and a peek shows their state", async () => {
  const { context, left } = await withDeferred();

  const peeked = await all(pollPrinted(context, [acme], { idle: 0, peek: true }));
  const drained = await all(pollPrinted(context, [acme], { idle: 0 }));

  expect(peeked.map((record) => "state" in record && record.state)).toEqual(["deferred", false, "deferred"]);
  expect(drained.map(idOf)).toEqual(["acme-2"]);
  expect(left()).toEqual(["acme-1", "acme-3"]);
});

test("--sequence receives deferred messages in the order of the numbers, and completes them", async () => {
  const { context, left } = await withDeferred();

  const records = await all(pollPrinted(context, [acme], { idle: 0, sequence: [3n, 1n] }));

  expect(records).toMatchObject([
    { messageId: "acme-3", state: "deferred" },
    { messageId: "acme-1", state: "deferred" },
  ]);
  expect(left()).toEqual(["acme-2"]);
  await expect(all(pollPrinted(context, [acme], { idle: 0, sequence: [1n] }))).rejects.toMatchObject({
    code: "MessageNotFound",
    message: expect.stringContaining("no message with number 1"),
  });
});

test("a deferred message that a program refuses stays deferred, with one more delivery", async () => {
  const { context, memory, acme: customer } = await withDeferred();

  const records = await all(pollPrinted(context, [acme], { idle: 0, sequence: [1n], exec: ["false"] }));

  expect(records).toMatchObject([{ outcome: "refused", messageId: "acme-1" }]);
  expect(memory.messages(customer, "statuses")[0]).toMatchObject({ state: "deferred", deliveryCount: 2 });
});

test("in a queue with sessions a deferred message is received in its session", async () => {
  const { context, memory, acme: customer } = await withDeferred();
  memory.requireSessions(customer, "statuses");
  memory.put(customer, "statuses", {
    messageId: "s",
    sessionId: "",
    body: Buffer.from("x"),
  });
  const sequenceNumber = memory.messages(customer, "statuses").at(-1)?.sequenceNumber ?? 0n;
  memory.defer(customer, "statuses", sequenceNumber);

  expect(await all(pollPrinted(context, [acme], { idle: 0, sequence: [sequenceNumber] }))).toMatchObject([
    { messageId: "s", sessionId: "" },
  ]);
});

test.each([
  [[1n, 99n], "MessageNotFound", "notFound"],
  [[1n, 2n], "MessageNotDeferred", "conflict"],
])("numbers %s are refused before a message is locked", async (sequence, code, kind) => {
  const { context, left } = await withDeferred();

  await expect(all(pollPrinted(context, [acme], { idle: 0, sequence }))).rejects.toMatchObject({ code, kind });
  expect(left()).toHaveLength(3);
});

test.each([{ watch: true }, { where: "true" }, { max: 1 }, { peek: true }, { dedup: true }] as const)(
  "--sequence excludes %o",
  async (other) => {
    const { context } = await withDeferred();

    await expect(all(pollPrinted(context, [acme], { idle: 0, sequence: [1n], ...other }))).rejects.toMatchObject({
      code: "UsageConflictingOptions",
    });
  },
);

test("--sequence needs the one customer whose numbers they are", async () => {
  const { context } = await withDeferred();

  await expect(all(pollPrinted(context, [], { idle: 0, sequence: [1n] }))).rejects.toMatchObject({
    code: "UsageOneCustomer",
  });
});

test("status counts them among the active messages, and says how many there are", async () => {
  const { context, acme: customer } = await withDeferred();
  await using connection = await context.azure.connectAsProvider(customer);
  const connecting = Promise.resolve(connection);

  expect(
    await inspectQueue(context.azure, connecting, customer, { role: "status", signal: context.signal }),
  ).toMatchObject({ active: 3, deferred: 2 });
});

test("status says in its log why it peeks instead of counting", async () => {
  const { context, acme: customer } = await withDeferred();
  await using connection = await context.azure.connectAsProvider(customer);
  const refused = new Failure("ManageClaimMissing", "no Manage claim");
  const azure = { ...context.azure, countMessages: () => Promise.reject(refused) };
  const lines: string[] = [];
  const log = { debug: (line: string) => void lines.push(line) };

  const state = await inspectQueue(azure, Promise.resolve(connection), customer, {
    ...{ role: "status", signal: context.signal, log },
  } as const);

  expect(state).toMatchObject({ counts: "peek" });
  expect(lines).toEqual([expect.stringContaining("acme: statuses is peeked at")]);
  expect(lines[0]).toContain("ManageClaimMissing");
});
