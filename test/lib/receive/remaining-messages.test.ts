import { describe, expect, test } from "vitest";
import { respond } from "../../../src/commands/respond.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";
import { createEmptyCheck } from "../../../src/lib/receive/remaining-messages.ts";
import { pollPrinted } from "../../fakes/poll-printed.ts";
import { idOf, withStatuses } from "../../fakes/statuses.ts";

const acme = parseCustomerName("acme");

/** acme's queue with three messages, the first of which another receiver holds. */
async function withOneHeld(role: "command" | "status") {
  const fake = await withStatuses("acme", "fabrikam");
  const customer = fake.customer("acme");
  if (role === "command")
    for (const id of ["c1", "c2"]) fake.memory.put(customer, "commands", { messageId: id, body: Buffer.from(id) });
  const connection = await fake.context.azure.connectAsResponder(customer);
  const [held] = await (await connection.receiver(role)).receive(1, 0);
  return { ...fake, held, acme: customer };
}

describe("a drain that leaves messages", () => {
  test("ends as partial, and names their number", async () => {
    const { context, memory, acme: customer } = await withOneHeld("status");

    const draining = Array.fromAsync(pollPrinted(context, [acme], { idle: 0 }));

    await expect(draining).rejects.toMatchObject({
      code: "MessagesMissed",
      kind: "partial",
      message: expect.stringMatching(/^1 message in the queue of acme was not delivered/),
    });
    expect(memory.messages(customer, "statuses")).toMatchObject([{ messageId: "acme-1" }]);
  });

  test("of several customers is the failure of its customer", async () => {
    const { context } = await withOneHeld("status");
    const names = [acme, parseCustomerName("fabrikam")];
    const seen: unknown[] = [];

    const draining = (async () => {
      for await (const record of pollPrinted(context, names, { idle: 0 })) seen.push(record);
    })();

    await expect(draining).rejects.toMatchObject({ kind: "partial" });
    expect(seen).toContainEqual(
      expect.objectContaining({
        type: "failed",
        customer: "acme",
        error: expect.objectContaining({ code: "MessagesMissed" }),
      }),
    );
  });

  test("waits once more, and receives what the other receiver has left by then", async () => {
    const { context, held } = await withOneHeld("status");
    const records: unknown[] = [];
    for await (const record of pollPrinted(context, [acme], { idle: 0 })) {
      records.push(record);
      if (records.length === 2) await held?.abandon();
    }

    expect(records.map((record) => idOf(record as never)).sort()).toEqual(["acme-1", "acme-2", "acme-3"]);
  });

  test("is no failure when it has the number that was wanted, or when the messages do not match", async () => {
    const { context } = await withOneHeld("status");

    expect(await Array.fromAsync(pollPrinted(context, [acme], { idle: 0, max: 1 }))).toHaveLength(1);
    const matched = pollPrinted(context, [acme], { idle: 0, where: 'messageId == "acme-3"' });
    expect((await Array.fromAsync(matched)).map(idOf)).toContain("acme-3");
  });

  test("of respond --once ends as partial, too", async () => {
    const { context } = await withOneHeld("command");

    await expect(Array.fromAsync(respond(context, acme, { idle: 0, once: true }))).rejects.toMatchObject({
      code: "MessagesMissed",
    });
  });
});

describe("a queue is empty", () => {
  test("at the first peek only when nothing remains", () => {
    expect(createEmptyCheck(acme).isEmpty(new Set(), false)).toBe(true);
    expect(createEmptyCheck(acme).isEmpty(new Set([1n]), false)).toBe(false);
  });

  test("when what remained has gone, whatever has arrived since", () => {
    const { isEmpty } = createEmptyCheck(acme);

    expect(isEmpty(new Set([1n, 2n]), true)).toBe(false);
    expect(isEmpty(new Set([2n, 3n]), false)).toBe(false);
    expect(isEmpty(new Set([3n, 4n]), false)).toBe(true);
  });

  test("or not yet known to be while messages are received, or while another receiver has them", () => {
    const { isEmpty } = createEmptyCheck(acme);

    expect(isEmpty(new Set([1n, 2n]), true)).toBe(false);
    expect(isEmpty(new Set([1n, 2n]), true)).toBe(false);
    expect(isEmpty(new Set([2n]), false)).toBe(false);
    expect(() => isEmpty(new Set([2n, 3n]), false)).toThrow("1 message in the queue of acme was not delivered");
  });
});
