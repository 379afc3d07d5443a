import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { grant } from "../../src/commands/grant.ts";
import { poll, view } from "../../src/commands/poll.ts";
import { parseCustomerName, parseGuid } from "../../src/lib/domain/customer.ts";
import type { ReceiveRecord } from "../../src/lib/receive/receive-record.ts";
import { fakeContext } from "../fakes/context.ts";
import { output } from "../fakes/output.ts";
import { pollPrinted, printed } from "../fakes/poll-printed.ts";
import { idOf, withStatuses } from "../fakes/statuses.ts";

const plain = styleFor(output(), {}, false);
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);

test("drains one customer's statuses in order and completes each", async () => {
  const { context, memory, customer } = await withStatuses("acme");

  const records = await all(pollPrinted(context, [parseCustomerName("acme")], { idle: 0 }));

  expect(records).toMatchObject(["1", "2", "3"].map((body) => ({ type: "message", customer: "acme", body })));
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
  expect(memory.state.open).toBe(0);
});

test.each([
  [true, ["no messages in the status queue of acme"]],
  [false, []],
])("an empty queue is logged on a terminal (%s) only", async (isTTY, lines) => {
  const { context, said } = await withStatuses("acme");
  await all(pollPrinted(context, [parseCustomerName("acme")], { idle: 0 }));
  expect(said).toEqual([]);

  const terminal = { ...context.terminal, stderr: output({ isTTY }) };
  await all(pollPrinted({ ...context, terminal }, [parseCustomerName("acme")], { idle: 0 }));

  expect(said).toEqual(lines);
});

test("a message is completed only after its record was acknowledged", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const records = pollPrinted(context, [parseCustomerName("acme")], { idle: 0 });

  await records.next();
  const whileHeld = memory.messages(customer("acme"), "statuses").length;
  await records.next();
  const afterTaken = memory.messages(customer("acme"), "statuses").length;
  await records.return(undefined);

  expect([whileHeld, afterTaken]).toEqual([3, 2]);
  expect(memory.locked(customer("acme"), "statuses")).toBe(0);
  expect(memory.state.open).toBe(0);
});

test("a message whose lock ends before it is acknowledged is delivered again, and the log says so", async () => {
  const { context, memory, customer, said } = await withStatuses("acme");
  const batches = poll(context, [parseCustomerName("acme")], { idle: 0 });
  const first = await batches.next();
  memory.clock.advance(61_000);
  await first.value?.acknowledge();

  const rest = (await all(printed(batches))).map((record) => [
    idOf(record),
    "deliveryCount" in record && record.deliveryCount,
  ]);

  expect(rest).toEqual([
    ["acme-2", 1],
    ["acme-3", 1],
    ["acme-1", 2],
    ["acme-2", 2],
    ["acme-3", 2],
  ]);
  expect(said.filter((line) => line.includes("will be delivered again"))).toHaveLength(3);
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
});

test("a namespace that throttles fails the drain, and no message is lost", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  memory.throttle(customer("acme"), "statuses", 1);

  await expect(all(pollPrinted(context, [parseCustomerName("acme")], { idle: 0 }))).rejects.toMatchObject({
    kind: "unavailable",
    code: "ServiceBusy",
  });
  expect(await all(pollPrinted(context, [parseCustomerName("acme")], { idle: 0 }))).toHaveLength(3);
});

test("one customer that fails does not stop the others, and the result is partial", async () => {
  const { context } = await withStatuses("acme", "fabrikam");
  const records: unknown[] = [];

  const polled = (async () => {
    for await (const record of pollPrinted(context, [], { idle: 0 })) records.push(record);
  })();

  await expect(polled).rejects.toMatchObject({ kind: "partial" });
  expect(records).toHaveLength(7);
  expect(records).toContainEqual(
    expect.objectContaining({
      type: "failed",
      customer: "tailspin",
      error: expect.objectContaining({ code: "AADSTS700016" }),
    }),
  );
});

test("customers that all fail with the same kind end with that failure", async () => {
  const { context } = fakeContext();

  await expect(all(pollPrinted(context, [], { idle: 0 }))).rejects.toMatchObject({ kind: "auth" });
});

test("--max stops after that number across all customers, and the rest stays unlocked with an unchanged delivery count", async () => {
  const { context, memory, customer } = await withStatuses("acme", "fabrikam");
  const names = [parseCustomerName("acme"), parseCustomerName("fabrikam")];

  const records = await all(pollPrinted(context, names, { idle: 0, max: 4 }));

  expect(records).toHaveLength(4);
  const left = memory.messages(customer("fabrikam"), "statuses");
  expect(left.map(({ messageId, deliveryCount }) => [messageId, deliveryCount])).toEqual([
    ["fabrikam-2", 1],
    ["fabrikam-3", 1],
  ]);
  expect(memory.locked(customer("fabrikam"), "statuses")).toBe(0);
});

test("--peek leaves everything as it is", async () => {
  const { context, memory, customer } = await withStatuses("acme");

  const records = await all(pollPrinted(context, [parseCustomerName("acme")], { idle: 0, peek: true }));

  expect(records).toHaveLength(3);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([
    { deliveryCount: 1 },
    { deliveryCount: 1 },
    { deliveryCount: 1 },
  ]);
});

test("--watch and --peek exclude each other", async () => {
  const { context } = fakeContext();

  await expect(all(pollPrinted(context, [], { idle: 0, peek: true, watch: true }))).rejects.toMatchObject({
    kind: "usage",
  });
});

test("a tail runs until the signal, and reports a failure and the recovery once each", async () => {
  const { context, stop, customer, memory } = await withStatuses("acme");
  const records: ReceiveRecord[] = [];

  for await (const record of pollPrinted(context, [parseCustomerName("acme"), parseCustomerName("fabrikam")], {
    watch: true,
    idle: 0,
  })) {
    if (!("type" in record)) throw new Error("a line that was not asked for");
    records.push(record);
    if (record.type === "failed") {
      await (await memory.cloud.directory(customer("fabrikam"))).provisionServicePrincipal(
        parseGuid("22222222-2222-4222-8222-222222222222"),
      );
      await all(grant(context, parseCustomerName("fabrikam"), {}));
    }
    if (record.type === "recovered") stop.abort("SIGINT");
  }

  expect(records.filter(({ type }) => type === "failed")).toHaveLength(1);
  expect(records.at(-1)).toMatchObject({ type: "recovered", customer: "fabrikam" });
  expect(memory.state.open).toBe(0);
});

test("escape sequences in foreign text are never printed raw", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  memory.put(customer("acme"), "statuses", {
    messageId: "\u001b[2J",
    body: Buffer.from("\u001b]52;c;aGk=\u0007\u202e"),
  });

  const records = await all(pollPrinted(context, [parseCustomerName("acme")], { idle: 0 }));
  const text = records.map((record) => view(record, plain)).join("\n");

  expect(text).not.toMatch(/\p{Cc}(?<!\n)|\p{Cf}/u);
  expect(text).toContain("\\u{1b}]52");
});
