import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard.ts";
import { respond } from "../../src/commands/respond.ts";
import { send } from "../../src/commands/send.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { fakeContext } from "../fakes/context.ts";
import { openFolder } from "../fakes/folder.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
type Options = Parameters<typeof send>[3];

async function granted(...names: readonly string[]) {
  const fake = fakeContext();
  for (const name of names.map(parseCustomerName)) {
    await all(onboard(fake.context, name, { provision: true, timeout: 5_000 }));
    await all(grant(fake.context, name, {}));
  }
  const sent = (
    text: string | undefined,
    options: Options,
    selection: Parameters<typeof send>[1] = { names: [acme] },
  ) => all(send(fake.context, selection, text, options));
  const queue = (name: string) => fake.memory.messages(fake.customer(name), "commands");
  const answer = (correlationId: string, fields: object = {}) =>
    fake.memory.put(fake.customer("acme"), "statuses", {
      messageId: "s",
      body: Buffer.from("done"),
      correlationId,
      ...fields,
    });
  return { ...fake, sent, queue, answer };
}

test("one customer that fails does not delay the others: one record for each, and the result is partial", async () => {
  const { context, queue, memory } = await granted("acme", "tailspin");
  const reported: unknown[] = [];

  const sending = async () => {
    for await (const one of send(context, { all: true }, "hi {{customer}}", { template: true })) reported.push(one);
  };

  await expect(sending()).rejects.toMatchObject({ kind: "partial", message: "1 of 3 customers failed" });
  expect(reported).toHaveLength(3);
  expect(reported).toContainEqual(expect.objectContaining({ type: "failed", customer: "fabrikam" }));
  expect(queue("acme").map(({ body }) => String(body))).toEqual(["hi acme"]);
  expect(queue("tailspin").map(({ body }) => String(body))).toEqual(["hi tailspin"]);
  expect(memory.state.open).toBe(0);
});

test("without --template braces are sent as they are; with --count each message has an id of its own", async () => {
  const { sent, queue } = await granted("acme");

  const reported = await sent("{{count}}", { count: 3 });

  expect(reported).toMatchObject([{ type: "sent", messages: 3, bytes: 27 }]);
  expect(queue("acme").map(({ body }) => String(body))).toEqual(["{{count}}", "{{count}}", "{{count}}"]);
  expect(new Set(queue("acme").map(({ messageId }) => messageId)).size).toBe(3);
});

test.each([
  ["hi", { file: "x" }, /cannot be combined/],
  ["hi", { ndjson: "x" }, /--ndjson brings bodies and fields/],
  [undefined, { ndjson: "x", messageId: "m" }, /--ndjson brings bodies and fields/],
  ["hi", { at: new Date(), in: 1 }, /--at and --in cannot be combined/],
  ["hi", { count: 2, messageId: "m" }, /each message needs its own id/],
  ["hi", { count: 2, messageId: "m-{{count}}" }, /each message needs its own id/],
  ["hi", { count: 2, wait: true }, /--wait is for one command/],
  ["hi", { timeout: 1 }, /require --wait/],
  ["{{nobody}}", { template: true }, /is not a placeholder/],
  [undefined, { file: "/no/such/file" }, /cannot read \/no\/such\/file: ENOENT/],
  [undefined, { ndjson: "/no/such/file" }, /cannot read \/no\/such\/file: ENOENT/],
] as const)("%j with %j is refused before anything is sent", async (text, options, message) => {
  const { sent, queue } = await granted("acme");

  await expect(sent(text, options)).rejects.toMatchObject({ kind: "usage", message: expect.stringMatching(message) });
  expect(queue("acme")).toEqual([]);
});

test("an error in the last line of a file is found before the first line is sent", async () => {
  const { sent, queue } = await granted("acme");
  await using folder = await openFolder();
  const file = join(folder.path, "in.ndjson");
  await writeFile(file, `${'{"body":"x"}\n'.repeat(5_000)}{"body":1,"bdy":2}`);

  await expect(sent(undefined, { ndjson: file })).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(/^line 5001: 'bdy' is no field/),
  });
  expect(queue("acme")).toEqual([]);
});

test("standard input brings messages for one customer only", async () => {
  const { context, queue } = await granted("acme");
  const piped = { ...context, terminal: fakeTerminal({ input: '{"messageId":"a"}\n{"messageId":"b","body":[1]}' }) };

  await all(send(piped, { names: [acme] }, undefined, { ndjson: true }));

  expect(queue("acme")).toMatchObject([{ messageId: "a" }, { messageId: "b", contentType: "application/json" }]);
  await expect(all(send(piped, { all: true }, undefined, { ndjson: true }))).rejects.toMatchObject({ kind: "usage" });
});

test("a command that violates the contract is refused with the violation, and a valid command is sent", async () => {
  const { context, queue } = await granted("acme");
  await using folder = await openFolder();
  const command = join(folder.path, "command.schema.json");
  await writeFile(command, JSON.stringify({ type: "object", required: ["deploy"] }));
  const config = { ...(await context.config.read()), contracts: { command } };
  const bound = { ...context, config: { ...context.config, read: async () => config } };
  const sent = (text: string) => all(send(bound, { names: [acme] }, text, {}));

  await expect(sent('{"deplo":1}')).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(/must have required property/),
  });
  await expect(sent("deploy")).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(/the body is no JSON/),
  });
  await sent('{"deploy":1}');

  expect(queue("acme")).toHaveLength(1);
});

test("--wait shows the status of this command and leaves it in the queue", async () => {
  const { context, memory, customer, sent } = await granted("acme");
  memory.put(customer("acme"), "statuses", { messageId: "foreign", correlationId: "x", body: Buffer.from("no") });
  const answering = all(respond(context, acme, { max: 1, idle: 0 }));

  const [, status] = await sent("hi", { wait: true, messageId: "m1", timeout: 5_000 });
  await answering;

  expect(status).toMatchObject({ type: "status", queue: "statuses", commandId: "m1", outcome: "succeeded" });
  expect(memory.messages(customer("acme"), "statuses").map(({ deliveryCount }) => deliveryCount)).toEqual([1, 1]);
});

test("no answer is a timeout; a status that reports a failure is shown and sets the exit code", async () => {
  const { sent, answer } = await granted("acme");

  await expect(sent("hi", { wait: true, timeout: 1 })).rejects.toMatchObject({ kind: "timeout", code: "NoStatus" });
  answer("m2", { contentType: "application/json", body: Buffer.from('{"outcome":"failed"}') });
  await expect(sent("hi", { wait: true, messageId: "m2", timeout: 1 })).rejects.toMatchObject({ kind: "reported" });
});

test("a status is matched by the session that the command asks for, or by the field that --correlate names", async () => {
  const { sent, answer, queue } = await granted("acme");

  answer("none", { sessionId: "m3" });
  expect(await sent("hi", { wait: true, messageId: "m3", timeout: 1 })).toHaveLength(2);
  answer("none", { body: Buffer.from('{"job":{"id":"m4"}}') });
  expect(await sent("hi", { wait: true, messageId: "m4", timeout: 1, correlate: "body.job.id" })).toHaveLength(2);
  answer("none", { properties: { command: "m5" } });
  expect(await sent("hi", { wait: true, messageId: "m5", timeout: 1, correlate: "properties.command" })).toHaveLength(
    2,
  );

  expect(queue("acme").map(({ replyToSessionId }) => replyToSessionId)).toEqual(["m3", "m4", "m5"]);
});
