import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseRecordFormat } from "../../src/cli/output/record-format.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { view } from "../../src/commands/poll.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { draftOf } from "../../src/lib/domain/message-line.ts";
import { output } from "../fakes/output.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { idOf, withStatuses } from "../fakes/statuses.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
const counts = (messages: readonly { messageId: string | undefined; deliveryCount: number }[]) =>
  messages.map(({ messageId, deliveryCount }) => [messageId, deliveryCount]);

test("--where receives matching messages; other locked messages are abandoned once, and later messages stay unlocked", async () => {
  const { context, memory, customer } = await withStatuses("acme");

  const records = await all(pollPrinted(context, [acme], { idle: 0, where: "body == '2'" }));

  expect(records).toMatchObject([
    { type: "message", messageId: "acme-2" },
    { type: "skipped", messages: 1 },
  ]);
  expect(counts(memory.messages(customer("acme"), "statuses"))).toEqual([
    ["acme-1", 2],
    ["acme-3", 1],
  ]);
  expect(memory.locked(customer("acme"), "statuses")).toBe(0);
});

test("--where without a match leaves no message locked", async () => {
  const { context, memory, customer } = await withStatuses("acme");

  expect(await all(pollPrinted(context, [acme], { idle: 0, where: "properties.none == 1" }))).toEqual([]);
  expect(counts(memory.messages(customer("acme"), "statuses")).map(([, count]) => count)).toEqual([1, 1, 1]);
});

test("--where reads JSON bodies, properties and fields", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const body = Buffer.from('{"version":5,"tags":["a"]}');
  memory.put(customer("acme"), "statuses", { messageId: "json", body, properties: { outcome: "failed", n: 7 } });
  const matching = async (where: string) => {
    const found = await all(pollPrinted(context, [acme], { idle: 0, peek: true, where }));
    return found.map(idOf);
  };

  expect(await matching("body.version >= 5 && 'a' in body.tags")).toEqual(["json"]);
  expect(await matching("properties.outcome == 'failed' && properties.n == 7")).toEqual(["json"]);
  expect(await matching("messageId.startsWith('acme-') && deliveryCount == 1 && customer == 'acme'")).toHaveLength(3);
  expect(await matching("enqueuedAt < timestamp('2020-01-01T00:00:00Z')")).toEqual([]);
});

test("--outcome receives the statuses that report it, and leaves the others", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const put = (messageId: string, outcome: string) =>
    memory.put(customer("acme"), "statuses", { messageId, body: Buffer.from("x"), properties: { outcome } });
  put("bad", "failed");
  put("good", "succeeded");
  const found = async (options: object) =>
    (await all(pollPrinted(context, [acme], { idle: 0, ...options }))).filter((one) => "body" in one).map(idOf);

  expect(await found({ peek: true, outcome: "succeeded" })).toEqual(["good"]);
  expect(await found({ outcome: "failed", where: "messageId == 'good'" })).toEqual([]);
  expect(await found({ outcome: "failed" })).toEqual(["bad"]);
  expect(memory.messages(customer("acme"), "statuses").map(({ messageId }) => messageId)).toContain("good");
  await expect(found({ outcome: "failed", watch: true })).rejects.toMatchObject({ kind: "usage" });
});

test("--fail-on ends with exit code 10 after every status was received, and only where one reports a failure", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const received: unknown[] = [];
  const polling = async () => {
    for await (const record of pollPrinted(context, [acme], { idle: 0, failOn: "failed" })) received.push(record);
  };

  await polling();
  for (const messageId of ["bad", "worse"])
    memory.put(customer("acme"), "statuses", { messageId, body: Buffer.from("x"), properties: { outcome: "failed" } });
  const failing = polling();

  await expect(failing).rejects.toMatchObject({ exitCode: 10, message: "2 statuses report a failed command" });
  expect(received).toHaveLength(5);
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
});

test.each([
  ["body ==", "invalid --where expression"],
  ["nobody == 1", "Unknown variable"],
  ["1 + 1", "must evaluate to bool"],
])("--where '%s' is refused before anything is opened: %s", async (where, why) => {
  const { context, memory } = await withStatuses("acme");

  await expect(all(pollPrinted(context, [acme], { idle: 0, where }))).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining(why),
  });
  expect(memory.state.open).toBe(0);
});

test("--dedup completes the second message with an id, and prints the first", async () => {
  const { context, memory, customer } = await withStatuses("acme", "fabrikam");
  memory.put(customer("acme"), "statuses", { messageId: "acme-1", body: Buffer.from("again") });
  memory.put(customer("fabrikam"), "statuses", { messageId: "acme-1", body: Buffer.from("another Customer's") });

  const records = await all(pollPrinted(context, [acme, parseCustomerName("fabrikam")], { idle: 0, dedup: true }));

  expect(records).toHaveLength(7);
  expect(memory.messages(customer("acme"), "statuses")).toEqual([]);
});

test("--peek reads more than one page, and accepts the last messages, those since a time, those from a number", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  for (let n = 4; n <= 600; n++)
    memory.put(customer("acme"), "statuses", { messageId: `acme-${n}`, body: Buffer.from("x") });
  const peeked = async (options: object) => {
    const found = await all(pollPrinted(context, [acme], { idle: 0, peek: true, ...options }));
    return found.map(idOf);
  };

  expect(await peeked({})).toHaveLength(600);
  expect(await peeked({ last: 2 })).toEqual(["acme-599", "acme-600"]);
  expect(await peeked({ max: 2 })).toEqual(["acme-1", "acme-2"]);
  expect(await peeked({ fromSequence: 599n })).toEqual(["acme-599", "acme-600"]);
  expect(await peeked({ since: new Date(Date.UTC(2026, 0, 2)) })).toEqual([]);
  expect(memory.messages(customer("acme"), "statuses").every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
});

test("--peek --ndjson prints lines that parse to the same messages", async () => {
  const { context, memory, customer } = await withStatuses();
  await (await context.azure.directory(customer("acme"))).provisionServicePrincipal(
    (await context.config.read()).provider.clientId,
  );
  const { memory: granted, context: ready } = await withStatuses("acme");
  const body = new Uint8Array([0xff, 0, 0x7b]);
  granted.put(customer("acme"), "statuses", { messageId: "raw", body, properties: { n: 1, at: new Date(0) } });

  const lines = (await all(pollPrinted(ready, [acme], { idle: 0, peek: true, ndjson: true }))).map((line) =>
    view(line, styleFor(output(), {}, false)),
  );
  const draft = draftOf(JSON.parse(lines.at(-1) ?? ""));

  expect(lines).toHaveLength(4);
  expect(draft).toMatchObject({ messageId: "raw", properties: { n: 1, at: new Date(0) } });
  expect(new Uint8Array(draft.body)).toEqual(body);
  expect(memory.state.open).toBe(0);
});

test("a template prints fields by path, on one line, with escaped control characters", () => {
  const format = parseRecordFormat("{{customer}} {{body.version}} {{ body }} {{properties.here}} {{{messageId}}}");

  expect(format({ customer: "acme", body: { version: 5 }, messageId: "\u001b[2J\n" })).toBe(
    'acme 5 {"version":5} – {\\u{1b}[2J\\n}',
  );
  expect(
    parseRecordFormat('{"id":"{{messageId}}","at":{"x":{{deliveryCount}}}}')({ messageId: "a", deliveryCount: 2 }),
  ).toBe('{"id":"a","at":{"x":2}}');
  expect(() => parseRecordFormat("{{customer}} {{body")).toThrow("'{{' without '}}'");
  expect(() => parseRecordFormat("{{customer}} {body.version}")).toThrow("write {{body.version}}");
  expect(parseRecordFormat("{{body.length}}")({ body: "x" })).toBe("–");
});

test("a template without double braces has the older form", () => {
  expect(parseRecordFormat("{customer}: {body.version}")({ customer: "acme", body: { version: 5 } })).toBe("acme: 5");
  expect(() => parseRecordFormat("{customer")).toThrow("a field is written {{customer}}");
});

test("a template that could print nothing of a message is refused", () => {
  expect(() => parseRecordFormat("{}")).toThrow("names no field");
  expect(() => parseRecordFormat("{{}}")).toThrow("names no field");
  expect(() => parseRecordFormat("x={{propertes.outcome}}")).toThrow(
    "did you mean properties?; fields: type, customer",
  );
  expect(() => parseRecordFormat("x={propertes.outcome}")).toThrow("did you mean properties?; fields: type, customer");
  expect(() => parseRecordFormat("{__proto__.polluted}")).toThrow("no field '__proto__'");
  expect(() => parseRecordFormat("{messageId.x}")).toThrow("has no fields of its own");
  expect(() => parseRecordFormat(" ")).toThrow("the template is empty");
});

test("an empty field leaves a visible line", () => {
  expect(parseRecordFormat("{body}")({ body: "" })).toBe("–");
});

test("--timeout ends with 'timed out' when the requested messages have not arrived", async () => {
  const { context } = await withStatuses("acme");

  const short = all(pollPrinted(context, [acme], { idle: 0, watch: true, max: 4, timeout: 200 }));
  await expect(short).rejects.toMatchObject({ kind: "timeout", message: "timed out after 3 of 4 messages" });
});

test("--timeout of a tail without --max is its length", async () => {
  const { context, memory } = await withStatuses("acme");

  expect(await all(pollPrinted(context, [acme], { idle: 0, watch: true, timeout: 200 }))).toHaveLength(3);
  expect(memory.state.open).toBe(0);
});

test("--interval drains every customer repeatedly, reports heartbeats, and reports each failure once", async () => {
  const { context, memory, customer, stop } = await withStatuses("acme");
  const kinds: unknown[] = [];

  for await (const event of pollPrinted(context, [acme, parseCustomerName("tailspin")], {
    idle: 0,
    interval: 20,
    heartbeat: 60,
  })) {
    if (!("type" in event)) continue;
    kinds.push(event.type);
    if (event.type === "heartbeat" && event.messages === 3)
      memory.put(customer("acme"), "statuses", { messageId: "late", body: Buffer.from("x") });
    if (event.type === "heartbeat" && event.messages === 4) {
      expect(event).toMatchObject({ customers: 2, failing: ["tailspin"] });
      stop.abort("SIGINT");
    }
  }

  expect(kinds.filter((kind) => kind === "message")).toHaveLength(4);
  expect(kinds.filter((kind) => kind === "failed")).toHaveLength(1);
  expect(memory.state.open).toBe(0);
});

test.each([
  { watch: true, interval: 1_000 },
  { watch: true, where: "true" },
  { toFile: "a", exec: ["b"] },
  { peek: true, dedup: true },
  { last: 3 },
  { heartbeat: 1_000 },
  { peek: true, ndjson: true },
] as const)("the contradictory options %o are refused", async (options) => {
  const { context } = await withStatuses("acme");

  await expect(all(pollPrinted(context, [], { idle: 0, ...options }))).rejects.toMatchObject({ kind: "usage" });
});

test("a status that violates the contract of the config is flagged and never dropped", async () => {
  const { context, memory, customer } = await withStatuses("acme");
  const folder = await mkdtemp(join(tmpdir(), "xtenant-contract-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const status = join(folder, "status.schema.json");
  await writeFile(status, JSON.stringify({ type: "object", required: ["outcome"] }));
  memory.put(customer("acme"), "statuses", { messageId: "good", body: Buffer.from('{"outcome":"succeeded"}') });
  const read = async () => ({ ...(await context.config.read()), contracts: { status } });

  const records = await all(pollPrinted({ ...context, config: { ...context.config, read } }, [acme], { idle: 0 }));

  expect(records).toHaveLength(4);
  expect(records[0]).toMatchObject({
    messageId: "acme-1",
    contract: { valid: false, errors: ["body must be of type object"] },
  });
  expect(records[3]).not.toHaveProperty("contract");
});
