import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { show } from "../../src/commands/command/show.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { respond } from "../../src/commands/respond.ts";
import { send } from "../../src/commands/send.ts";
import { beginAudit } from "../../src/lib/audit/audit-trail.ts";
import { newCommandId } from "../../src/lib/domain/command-id.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { fakeContext } from "../fakes/context.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
const by = { user: "ada", host: "runner-7", clientId: "c" };

/** Customers that have consented and granted, and an audit trail. `audited` runs a command as `main` does. */
async function setUp({ access = "data-owner", names = ["acme"] } = {}) {
  const fake = fakeContext();
  for (const name of names.map(parseCustomerName)) {
    await all(onboard(fake.context, name, { provision: true, timeout: 5_000 }));
    await all(grant(fake.context, name, access === "data-owner" ? {} : { role: "least-privilege" }));
  }
  const auditFile = join(await mkdtemp(join(tmpdir(), "xtenant-command-")), "audit.ndjson");
  const context = {
    ...fake.context,
    config: { ...fake.context.config, read: async () => ({ ...(await fake.context.config.read()), auditFile }) },
  };
  const audited = async (command: string, results: AsyncIterable<object>) => {
    const run = await beginAudit(auditFile, { command, by, config: "c" });
    const records = await all(results);
    run.results(records as never);
    await run.end({ outcome: "succeeded" });
    return records;
  };
  const stateOf = (id: string, names = [acme]) => all(show(context, id, { names }));
  return { ...fake, context, audited, stateOf };
}

test("an id can be typed: it has no characters that look alike, and is another one each time", () => {
  const ids = Array.from({ length: 1_000 }, newCommandId);

  for (const id of ids) expect(id).toMatch(/^(?:[0-9a-hj-km-np-tv-z]{4}-){2}[0-9a-hj-km-np-tv-z]{4}$/);
  expect(new Set(ids).size).toBe(1_000);
});

test("a command is waiting, then answered, and its status may be received", async () => {
  const { context, audited, stateOf } = await setUp();
  const [sent] = (await audited("send", send(context, { names: [acme] }, "restart", {}))) as [{ messageId: string }];
  const id = sent.messageId;
  expect(await stateOf(id)).toMatchObject([
    { type: "command", customer: "acme", commandId: id, state: "waiting", sentBy: "ada on runner-7" },
  ]);

  await all(respond(context, acme, { max: 1, idle: 0 }));
  expect(await stateOf(id)).toMatchObject([{ state: "answered", answeredAt: expect.any(String) }]);

  await audited("poll", pollPrinted(context, [acme], { idle: 0 }));
  expect(await stateOf(id)).toMatchObject([{ state: "answered", receivedBy: "ada on runner-7" }]);
});

test("a failed status, a dead letter, a scheduled command and one that is in no queue", async () => {
  const { context, memory, customer, stateOf } = await setUp();
  const put = (fields: object) =>
    memory.put(customer("acme"), "statuses", { messageId: "s", body: Buffer.from(""), ...fields });
  put({ correlationId: "c-1", properties: { outcome: "failed", detail: "no disk" } });
  const [scheduled] = await all(send(context, { names: [acme] }, "later", { in: 3_600_000, messageId: "c-2" }));

  expect(scheduled).toMatchObject({ type: "scheduled" });
  expect(await stateOf("c-1")).toMatchObject([{ state: "failed", detail: "no disk" }]);
  expect(await stateOf("c-2")).toMatchObject([{ state: "scheduled", scheduledAt: expect.any(String) }]);
  expect(await stateOf("c-3")).toMatchObject([{ state: "taken" }]);
});

test("without the Listen claim on the command queue, a command without a status is unknown", async () => {
  const { context, stateOf } = await setUp({ access: "least-privilege" });
  await all(send(context, { names: [acme] }, "restart", { messageId: "c-1" }));

  expect(await stateOf("c-1")).toMatchObject([{ state: "unknown" }]);
});

test("one command has one id for all customers, which are found by the beginning of the id", async () => {
  const { context, audited } = await setUp({ names: ["acme", "tailspin"] });
  const sent = await audited(
    "send",
    send(context, { names: [acme, parseCustomerName("tailspin")] }, "go", { yes: true }),
  );
  const ids = new Set(sent.map((record) => (record as { messageId: string }).messageId));
  expect(ids.size).toBe(1);
  const [id = ""] = ids;

  expect(await all(show(context, id.slice(0, 4), {}))).toMatchObject([
    { customer: "acme", commandId: id },
    { customer: "tailspin", commandId: id },
  ]);
});

test("a beginning that several commands have is refused", async () => {
  const { context, audited, stateOf } = await setUp();
  for (const messageId of ["k7-1", "k7-2"])
    await audited("send", send(context, { names: [acme] }, "go", { messageId }));

  await expect(stateOf("k7")).rejects.toMatchObject({ kind: "usage", message: expect.stringContaining("2 commands") });
  expect(await stateOf("k7-1")).toMatchObject([{ state: "waiting" }]);
});
