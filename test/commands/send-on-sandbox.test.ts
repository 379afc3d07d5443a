import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { Context } from "../../src/cli/context.ts";
import { respond } from "../../src/commands/respond.ts";
import { cancel } from "../../src/commands/scheduled/cancel.ts";
import { list } from "../../src/commands/scheduled/list.ts";
import { send } from "../../src/commands/send.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import type { Incoming } from "../../src/lib/domain/message.ts";
import { draftOf, messageLine } from "../../src/lib/domain/message-line.ts";
import { peekAll } from "../../src/lib/receive/peek-queue.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import { random } from "../fakes/random.ts";
import { sandboxContext } from "../fakes/sandbox-context.ts";

const [acme, fabrikam] = [parseCustomerName("acme"), parseCustomerName("fabrikam")];
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
let sandbox: SandboxProcess;
let context: Context;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  context = await sandboxContext(sandbox, "acme", "fabrikam");
});
afterAll(() => sandbox.stop());

const configured = async (name: typeof acme) => findCustomer(await context.config.read(), name);

/** All commands in a customer's queue, by peeking. */
async function commands(name: typeof acme): Promise<readonly Incoming[]> {
  await using connection = await context.azure.connectAsProvider(await configured(name));
  const receiver = await connection.receiver("command");
  return await Array.fromAsync(peekAll(receiver, { signal: context.signal }));
}

test("10,000 messages are sent and received byte for byte, in order, and the output can be sent again unchanged", async () => {
  const next = random(7);
  const file = join(sandbox.directory, "out.ndjson");
  const written = Array.from({ length: 10_000 }, (_, index) => {
    const bytes = Buffer.from(Array.from({ length: Math.floor(next() * 60) }, () => Math.floor(next() * 256)));
    return {
      messageId: `m-${index}`,
      ...(index % 2 === 0
        ? { body: bytes.toString("base64"), bodyEncoding: "base64" }
        : { body: `{ "n":  ${index} } – ü\n` }),
      properties: { n: index, on: index % 2 === 0, at: { type: "datetime", value: "2026-01-01T00:00:00.000Z" } },
    };
  });
  await writeFile(file, written.map((line) => `${JSON.stringify(line)}\n`).join(""));

  const [sent] = await all(send(context, { names: [acme] }, undefined, { ndjson: file }));
  const back = await commands(acme);

  expect(sent).toMatchObject({ type: "sent", messages: 10_000 });
  const exported = back.map(messageLine);
  const same = exported.map((line) => draftOf(JSON.parse(JSON.stringify(line))));
  expect(same).toEqual(written.map((line) => draftOf(line)));
  // The SDK for JavaScript would send the same bytes, so no line needs the encoded message beside its fields.
  expect(exported.filter(({ amqp }) => amqp !== undefined)).toEqual([]);
}, 30_000);

test("every type of property reaches the wire as it was written", async () => {
  const properties = {
    text: "ü",
    yes: true,
    nothing: null,
    long: { type: "long", value: "-9223372036854775808" },
    int: { type: "int", value: "-5" },
    ulong: { type: "ulong", value: "7" },
    float: { type: "float", value: "0.5" },
    double: { type: "double", value: "3" },
    at: { type: "datetime", value: "2026-01-01T00:00:00.123Z" },
    key: { type: "binary", value: "AAH/" },
    uuid: { type: "uuid", value: "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f" },
  };
  const file = join(sandbox.directory, "typed.ndjson");
  await writeFile(file, JSON.stringify({ messageId: "typed", properties, to: "t", replyTo: "r", timeToLive: 60_000 }));

  await all(send(context, { names: [fabrikam] }, undefined, { ndjson: file }));

  const [typed] = (await commands(fabrikam)).filter(({ messageId }) => messageId === "typed");
  expect(typed).toMatchObject({ to: "t", replyTo: "r", timeToLive: 60_000 });
  expect(typed?.properties).toEqual({
    text: "ü",
    yes: true,
    nothing: null,
    long: -(2n ** 63n),
    int: -5,
    ulong: 7,
    float: 0.5,
    double: 3,
    at: new Date("2026-01-01T00:00:00.123Z"),
    key: Buffer.from([0, 1, 255]),
    uuid: "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f",
  });
});

test("a message of exactly the queue's limit is accepted; one byte more is reported with both sizes before anything is sent", async () => {
  const customer = await configured(fabrikam);
  await using connection = await context.azure.connectAsProvider(customer);
  const sender = await connection.sender();
  const limit = await sender.maxMessageBytes();
  const fields = { correlationId: "c", sessionId: "s", subject: "ü", timeToLive: 1_000, partitionKey: "s" };
  const full = {
    messageId: "full",
    ...fields,
    properties: { n: 1, key: Buffer.alloc(300) },
    body: Buffer.alloc(limit - 1_000),
  };
  const body = Buffer.alloc(full.body.length + limit - sender.size(full));

  await sender.send({ ...full, body });
  await expect(sender.send({ ...full, body: Buffer.alloc(body.length + 1) })).rejects.toMatchObject({
    code: "MessageSizeExceeded",
  });

  const file = join(sandbox.directory, "large.ndjson");
  const lines = [
    { messageId: "small", body: "x" },
    { messageId: "large", body: "x".repeat(limit) },
  ];
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
  await expect(all(send(context, { names: [fabrikam] }, undefined, { ndjson: file }))).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(
      new RegExp(`^line 2 \\(message large\\) has \\d+ bytes; the queue takes at most ${limit}$`),
    ),
  });
  expect((await commands(fabrikam)).map(({ messageId }) => messageId)).not.toContain("small");
});

test("a scheduled command is reported with its number, listed, cancelled once, and then unknown", async () => {
  const [scheduled] = await all(send(context, { names: [fabrikam] }, "later", { in: 3_600_000, messageId: "later" }));
  if (scheduled?.type !== "scheduled") throw new Error(JSON.stringify(scheduled));
  const number = BigInt(scheduled.sequenceNumber);

  expect(await all(list(context, { names: [fabrikam] }))).toMatchObject([
    { messageId: "later", sequenceNumber: scheduled.sequenceNumber, scheduledAt: scheduled.scheduledAt, body: "later" },
  ]);
  expect(await all(cancel(context, fabrikam, [number, number]))).toMatchObject([
    { type: "cancelled" },
    { type: "failed", error: { kind: "notFound", code: "MessageNotFound" } },
  ]);
  expect(await all(list(context, { names: [fabrikam] }))).toEqual([]);
});

type Read = { readonly messageId?: string; readonly deliveryCount?: number };

test("--wait finds its status among 50 others that another receiver has locked, and leaves them unchanged", async () => {
  const customer = await configured(fabrikam);
  await using worker = await context.azure.connectAsResponder(customer);
  const statuses = await worker.sender();
  for (let index = 0; index < 50; index++)
    await statuses.send({ messageId: `foreign-${index}`, correlationId: `other-${index}`, body: Buffer.from("x") });
  // A poll that has locked messages and whose reader takes its time.
  const stop = new AbortController();
  const polling = pollPrinted({ ...context, signal: stop.signal }, [fabrikam], { watch: true, idle: 500 });
  const first = await polling.next();

  const waiting = all(send(context, { names: [fabrikam] }, "hi", { messageId: "mine", wait: true, timeout: 15_000 }));
  // The responder ends when the status has come: commands that earlier tests left may expire before they are answered.
  const enough = new AbortController();
  const answering = all(respond({ ...context, signal: enough.signal }, fabrikam, { idle: 500 }));
  const reported = await waiting;
  enough.abort();
  const answers = (await answering).filter(({ type }) => type === "responded");

  expect(reported).toMatchObject([
    { type: "sent", messageId: "mine" },
    { type: "status", commandId: "mine", correlationId: "mine", outcome: "succeeded", body: "hi" },
  ]);
  const read = [first.value as Read];
  for await (const record of polling) {
    if ("deliveryCount" in record) read.push(record);
    if (read.length === 50 + answers.length) stop.abort();
  }
  expect(read.map(({ messageId }) => messageId)).toEqual(
    expect.arrayContaining(["status-mine", ...Array.from({ length: 50 }, (_, index) => `foreign-${index}`)]),
  );
  expect(read.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
}, 60_000);
