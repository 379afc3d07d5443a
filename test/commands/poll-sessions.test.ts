import { expect, test } from "vitest";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { idOf, withStatuses } from "../fakes/statuses.ts";

const acme = parseCustomerName("acme");

async function withSessions() {
  const fake = await withStatuses("acme");
  const customer = fake.customer("acme");
  await Array.fromAsync(pollPrinted(fake.context, [acme], { idle: 0 }));
  fake.memory.requireSessions(customer, "statuses");
  for (const [n, sessionId] of ["a", "b", "a", "c", "b"].entries())
    fake.memory.put(customer, "statuses", { messageId: `${sessionId}${n}`, sessionId, body: Buffer.from("x") });
  return { ...fake, acme: customer };
}

test.each([1, 3])(
  "a queue that requires sessions is read session by session, each in order, %i at a time",
  async (n) => {
    const { context, memory, acme: customer } = await withSessions();

    const records = await Array.fromAsync(pollPrinted(context, [acme], { idle: 0, concurrency: n }));
    const ids = records.map((event) => idOf(event) ?? "");

    expect(["a", "b", "c"].map((name) => ids.filter((id) => id.startsWith(name)))).toEqual([
      ["a0", "a2"],
      ["b1", "b4"],
      ["c3"],
    ]);
    expect(memory.messages(customer, "statuses")).toEqual([]);
    expect(memory.state.open).toBe(0);
  },
);

test("--max stops in the middle of a session, and its rest can be read", async () => {
  const { context, memory, acme: customer } = await withSessions();

  const first = await Array.fromAsync(pollPrinted(context, [acme], { idle: 0, max: 1 }));
  const rest = await Array.fromAsync(pollPrinted(context, [acme], { idle: 0 }));

  expect(first).toMatchObject([{ messageId: "a0", deliveryCount: 1 }]);
  expect(rest).toHaveLength(4);
  expect(memory.messages(customer, "statuses")).toEqual([]);
});

test("--peek reads all sessions at once", async () => {
  const { context } = await withSessions();

  expect(await Array.fromAsync(pollPrinted(context, [acme], { idle: 0, peek: true }))).toHaveLength(5);
});
