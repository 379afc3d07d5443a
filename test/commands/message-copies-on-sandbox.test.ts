import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SandboxProcess, startSandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { Context } from "../../src/cli/context.ts";
import { purge } from "../../src/commands/dead-letter/purge.ts";
import { resubmit } from "../../src/commands/dead-letter/resubmit.ts";
import { send } from "../../src/commands/send.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { editBareMessage } from "../../src/lib/domain/amqp/bare-message.ts";
import { parseCustomerName, type QueueRole } from "../../src/lib/domain/customer.ts";
import { forwardedMessage } from "../../src/lib/domain/forwarded-message.ts";
import type { Incoming } from "../../src/lib/domain/message.ts";
import type { Receiver } from "../../src/lib/ports/azure-services.ts";
import { peekAll } from "../../src/lib/receive/peek-queue.ts";
import { incoming } from "../fakes/incoming.ts";
import { pollPrinted } from "../fakes/poll-printed.ts";
import * as amqp from "../fakes/raw-amqp.ts";
import { sandboxContext } from "../fakes/sandbox-context.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
let sandbox: SandboxProcess;
let context: Context;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  context = await sandboxContext(sandbox, "acme");
});
afterAll(() => sandbox.stop());

/** Messages over all AMQP types and sections, the same in each run. */
const messages = fc.sample(amqp.bareMessages, { seed: 20_261_126, numRuns: 30 });

const customer = async () => findCustomer(await context.config.read(), acme);
const connected = async () => context.azure.connectAsProvider(await customer());

/** Puts these bytes into a queue. */
async function put(role: QueueRole, bares: readonly Buffer[] = messages): Promise<void> {
  await using connection = await connected();
  const sender = await connection.sender(role);
  for (const bare of bares) await sender.send({ messageId: "", body: Buffer.alloc(0), bare });
}

const peeked = (receiver: Receiver): Promise<readonly Incoming[]> =>
  Array.fromAsync(peekAll(receiver, { signal: context.signal }));

/** Removes all messages of a queue, and returns their bytes in hexadecimal. */
async function taken(role: QueueRole): Promise<readonly string[]> {
  await using connection = await connected();
  const receiver = await connection.receiver(role);
  const found: string[] = [];
  for (;;) {
    const some = await receiver.receive(100, 300);
    if (some.length === 0) return found;
    for (const { message } of some) found.push(Buffer.from(message.bare).toString("hex"));
    await Promise.all(some.map((locked) => locked.complete()));
  }
}

async function deadLetterAll(role: QueueRole): Promise<void> {
  await using connection = await connected();
  const receiver = await connection.receiver(role);
  for (let left = messages.length; left > 0; ) {
    const some = await receiver.receive(left, 5_000);
    for (const locked of some) await locked.deadLetter("Broken", "a test");
    left -= some.length;
  }
}

const hex = (bares: readonly Buffer[]) => bares.map((bare) => bare.toString("hex"));
const inFolder = (name: string) => join(sandbox.directory, name);

test("poll --to-file, then send --ndjson", async () => {
  await put("status");
  const output = inFolder("output.ndjson");
  await all(pollPrinted(context, [acme], { toFile: output, idle: 500 }));
  await all(send(context, { names: [acme] }, undefined, { ndjson: output, queue: "status" }));

  expect(await taken("status")).toEqual(hex(messages));
});

test("poll --peek --ndjson, then send --ndjson", async () => {
  await put("status");
  const file = inFolder("peeked.ndjson");
  const lines = await all(pollPrinted(context, [acme], { peek: true, ndjson: true, idle: 500 }));
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  await taken("status");
  await all(send(context, { names: [acme] }, undefined, { ndjson: file, queue: "status" }));

  expect(await taken("status")).toEqual(hex(messages));
});

test("dead-letter resubmit adds the properties that it documents, and nothing else", async () => {
  await put("status");
  await deadLetterAll("status");
  await all(
    resubmit(
      context,
      { names: [acme] },
      { queue: "status", as: "provider", yes: true, sameId: true, journal: inFolder("one.ndjson") },
    ),
  );

  const marks = new Set(["resubmittedAt", "resubmittedFrom", "resubmittedSequence"]);
  const copies = (await taken("status")).map((one) => editBareMessage(Buffer.from(one, "hex"), { remove: marks }));
  expect(hex(copies).toSorted()).toEqual(hex(messages).toSorted());
});

test("dead-letter purge, then send --ndjson of its journal", async () => {
  await put("status");
  await deadLetterAll("status");
  const journal = inFolder("two.ndjson");
  await all(purge(context, { names: [acme] }, { queue: "status", as: "provider", yes: true, journal }));
  await all(send(context, { names: [acme] }, undefined, { ndjson: journal, queue: "status" }));

  expect((await taken("status")).toSorted()).toEqual(hex(messages).toSorted());
});

test("poll --forward adds the properties that it documents and another id, and nothing else", async () => {
  const fields = ["customer", "tenant-id", "namespace", "queue", "sequence-number", "enqueued-at", "message-id"];
  const remove = new Set(fields.map((field) => `xtenant-${field}`));
  const where = await customer();
  for (const bare of messages) {
    const { bare: copy = Buffer.alloc(0), messageId } = forwardedMessage(where, incoming({ bare }));

    const original = editBareMessage(bare, { messageId });
    expect(editBareMessage(Buffer.from(copy), { remove }).toString("hex")).toBe(original.toString("hex"));
  }
});

test("poll --exec gives the program the bytes of the body", async () => {
  await put("status");
  await using connection = await connected();
  const bodies = (await peeked(await connection.receiver("status"))).map(({ body }) =>
    Buffer.from(body).toString("hex"),
  );
  const script = `
    const chunks = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    console.log(Buffer.concat(chunks).toString("hex"));`;
  const exec = [process.execPath, "--input-type=module", "-e", script];
  const records = await all(pollPrinted(context, [acme], { exec, concurrency: 4, idle: 500 }));

  const outputs = records.map((record) =>
    "details" in record ? String(record.details.output ?? "").trim() : undefined,
  );
  expect(outputs).toEqual(bodies);
});

test("dead-letter resubmit leaves out its own properties, and then its id, when the copy would be too large", async () => {
  await using connection = await connected();
  const sender = await connection.sender("status");
  const limit = await sender.maxMessageBytes();
  const sized = (bytes: number) => {
    const head = amqp.properties({ messageId: amqp.string("large") });
    return Buffer.concat([
      head,
      amqp.data(Buffer.alloc(bytes - head.length - amqp.data(Buffer.alloc(300)).length + 300)),
    ]);
  };
  await put("status", [sized(limit - 50), sized(limit)]);
  const receiver = await connection.receiver("status");
  for (const locked of await receiver.receive(2, 5_000)) await locked.deadLetter("Broken", "a test");

  const options = { queue: "status", as: "provider", yes: true, journal: inFolder("large.ndjson") } as const;
  const records = await all(resubmit(context, { names: [acme] }, options));

  expect(records.filter(({ type }) => type === "resubmitted")).toMatchObject([
    { resubmittedAs: expect.stringMatching(/^large~\d+$/), marks: "omitted" },
    { resubmittedAs: "large", marks: "omitted" },
  ]);
  expect(Math.max(...(await taken("status")).map((one) => one.length / 2))).toBe(limit);
});
