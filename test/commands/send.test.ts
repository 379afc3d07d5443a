import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { respond } from "../../src/commands/respond.ts";
import { send, sendWords } from "../../src/commands/send.ts";
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

test("an interruption before a command was sent does not promise a status", async () => {
  const { context, said } = await granted("acme");
  const signal = AbortSignal.abort();

  const reported = await all(send({ ...context, signal }, { names: [acme] }, "hi", { wait: true, timeout: 1_000 }));

  expect(reported.filter((one) => one.type === "sent" && one.messages > 0)).toEqual([]);
  expect(said.join("\n")).not.toContain("the status may still come");
});

test("without --template braces are sent as they are; with --count each message has an id of its own", async () => {
  const { sent, queue } = await granted("acme");

  const reported = await sent("{{count}}", { count: 3 });

  const ids = queue("acme").map(({ messageId }) => messageId);
  expect(reported).toMatchObject([{ type: "sent", messages: 3, bytes: 27, messageIds: ids }]);
  expect(ids.map((id) => id?.slice(-2))).toEqual(["-1", "-2", "-3"]);
  expect(queue("acme").map(({ body }) => String(body))).toEqual(["{{count}}", "{{count}}", "{{count}}"]);
  expect(new Set(ids).size).toBe(3);
});

test("copies have the same ids at every customer, and an id for the message is kept", async () => {
  const { sent, queue } = await granted("acme", "tailspin");
  const selection = { names: [acme, parseCustomerName("tailspin")] };

  await sent("hi", { count: 2 }, selection);
  await sent("hi", { count: 2, template: true, messageId: "m{{count}}" }, selection);

  const ids = (name: string) => queue(name).map(({ messageId }) => messageId);
  expect(ids("acme")).toEqual(ids("tailspin"));
  expect(ids("acme").slice(2)).toEqual(["m1", "m2"]);
});

test("a time that has passed sends at once, and the message is reported", async () => {
  const { sent, queue } = await granted("acme");

  const reported = [...(await sent("hi", { at: new Date(Date.now() - 60_000) })), ...(await sent("hi", { in: 0 }))];

  const ids = queue("acme").map(({ messageId }) => messageId);
  expect(ids).toHaveLength(2);
  expect(reported).toMatchObject(ids.map((messageId) => ({ type: "sent", messages: 1, messageId })));
});

test("an empty file, an empty device and empty standard input are no body; two quotes are", async () => {
  const { context, sent, queue } = await granted("acme");
  await using folder = await openFolder();
  await writeFile(join(folder.path, "empty"), "");
  const empty = { kind: "usage", code: "BodyMissing" };

  await expect(sent(undefined, { file: join(folder.path, "empty") })).rejects.toMatchObject(empty);
  await expect(sent(undefined, { file: "/dev/null" })).rejects.toMatchObject(empty);
  await expect(all(sendWords(context, ["acme", "@/dev/null"], {}))).rejects.toMatchObject(empty);
  expect(queue("acme")).toEqual([]);

  await all(sendWords(context, ["acme", ""], {}));
  expect(queue("acme")).toHaveLength(1);
});

test("a minus is standard input for --file, as elsewhere", async () => {
  const { context, queue } = await granted("acme");
  const terminal = { ...context.terminal, stdin: Object.assign(Readable.from(["hi"]), { isTTY: false }) };

  await all(send({ ...context, terminal }, { names: [acme] }, undefined, { file: "-" }));

  expect(queue("acme").map(({ body }) => String(body))).toEqual(["hi"]);
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
  [undefined, { file: "/no/such/file" }, /cannot read \/no\/such\/file: there is no such file or folder \(ENOENT\)/],
  [undefined, { ndjson: "/no/such/file" }, /cannot read \/no\/such\/file: there is no such file or folder \(ENOENT\)/],
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

/** A file whose lines 2, 3 and 6 are not messages: no JSON, an unknown field, and bytes that are not UTF-8. */
async function withBadLines() {
  const fake = await granted("acme", "fabrikam");
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const file = join(folder.path, "in.ndjson");
  const [bad, good] = [
    ['{"messageId":"b', '{"bdy":1}'],
    ["a", "d", "e"].map((messageId) => JSON.stringify({ messageId })),
  ];
  const lines = [good[0], ...bad, good[1], good[2]].join("\n");
  await writeFile(file, Buffer.concat([Buffer.from(`${lines}\n`), Buffer.from([0xff])]));
  const ids = (name: string) => fake.queue(name).map(({ messageId }) => messageId);
  return { ...fake, file, ids };
}

test("a file with lines that cannot be sent names each of them, and nothing is sent", async () => {
  const { sent, file, ids } = await withBadLines();

  await expect(sent(undefined, { ndjson: file })).rejects.toMatchObject({
    code: "MessageLineInvalid",
    kind: "usage",
    message: expect.stringMatching(
      /^3 of 6 lines cannot be sent: line 2: .*; line 3: 'bdy' .*; line 6: it is not UTF-8$/,
    ),
  });
  expect(ids("acme")).toEqual([]);
});

test("--skip-invalid sends the others, reports each line that it left out, and ends as partial", async () => {
  const { context, file, ids } = await withBadLines();
  const records: object[] = [];

  const sending = (async () => {
    for await (const one of send(context, { names: [acme] }, undefined, { ndjson: file, skipInvalid: true }))
      records.push(one);
  })();

  await expect(sending).rejects.toMatchObject({
    code: "LinesSkipped",
    kind: "partial",
    message: "lines 2-3, 6 were not sent; all other lines were",
  });
  expect(ids("acme")).toEqual(["a", "d", "e"]);
  expect(records).toMatchObject([
    { type: "invalid", line: 2, error: { code: "MessageLineInvalid" } },
    { type: "invalid", line: 3 },
    { type: "invalid", line: 6 },
    { type: "sent", messages: 3, skippedLines: [2, 3, 6] },
  ]);
});

test("a stream sends the lines before the first one that cannot be sent, and names them", async () => {
  const { context, ids } = await withBadLines();
  const input = '{"messageId":"a"}\n{"messageId":"b"}\nno\n{"messageId":"c"}\n';
  const piped = () => ({ ...context, terminal: fakeTerminal({ input }) });

  await expect(all(send(piped(), { names: [acme] }, undefined, { ndjson: true }))).rejects.toMatchObject({
    kind: "partial",
    message: expect.stringMatching(/^line 3: .*; 2 accepted \(lines 1-2\), 0 unknown, the others not sent$/),
  });
  expect(ids("acme")).toEqual(["a", "b"]);
  const skipping = send(piped(), { names: [acme] }, undefined, { ndjson: true, skipInvalid: true });
  await expect(all(skipping)).rejects.toMatchObject({ code: "LinesSkipped" });
  expect(ids("acme")).toEqual(["a", "b", "a", "b", "c"]);
});

const long = "x".repeat(129);

test.each(["messageId", "sessionId", "replyToSessionId"] as const)(
  "an option %s over 128 characters is refused",
  async (name) => {
    const { sent, queue } = await granted("acme");

    await expect(sent("hi", { [name]: long })).rejects.toMatchObject({ code: "IdTooLong", kind: "usage" });
    await expect(sent("hi", { [name]: long.slice(1) })).resolves.toHaveLength(1);
    expect(queue("acme")).toHaveLength(1);
  },
);

test("ids over 128 characters are refused in lines and in filled templates, before a message is sent", async () => {
  const { sent, queue } = await granted("acme");
  await using folder = await openFolder();
  const file = join(folder.path, "in.ndjson");
  await writeFile(file, `{"body":"x"}\n${JSON.stringify({ partitionKey: long })}`);

  await expect(sent(undefined, { ndjson: file })).rejects.toMatchObject({ kind: "usage" });
  const template = { template: true, count: 11, messageId: `${"x".repeat(127)}{{count}}` } as const;
  await expect(sent("hi", template)).rejects.toMatchObject({ code: "IdTooLong" });
  await expect(sent("hi", { correlationId: long })).resolves.toHaveLength(1);
  expect(queue("acme")).toMatchObject([{ correlationId: long }]);
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
    message: expect.stringMatching(/must have /),
  });
  await expect(sent("deploy")).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(/the body is no JSON/),
  });
  await sent('{"deploy":1}');

  expect(queue("acme")).toHaveLength(1);
});

const restart = {
  body: { action: "restart", service: "{{service}}", attempts: "{{attempts}}", note: "for {{customer}}: {{service}}" },
  fields: {
    properties: {
      service: { type: "string", enum: ["web", 'a "quoted" api'] },
      attempts: { type: "integer", minimum: 1, default: 3 },
    },
    required: ["service"],
  },
  subject: "restart-{{service}}",
  properties: { urgent: true, service: "{{service}}" },
  answer: { type: "object", required: ["version"] },
};

async function withSaved(command: object = restart) {
  const fake = await granted("acme");
  await fake.context.config.change((document) => ({ ...document, commands: { restart: command } as never }));
  const sent = (set: readonly (readonly [string, string])[], options: Options = {}) =>
    all(send(fake.context, { names: [acme] }, undefined, { command: "restart", set, ...options }));
  return { ...fake, sent };
}

test("a saved command is sent with its fields: values of JSON, and not its text", async () => {
  const { sent, queue } = await withSaved();

  await sent([["service", 'a "quoted" api']], { correlationId: "c" });

  const [message] = queue("acme");
  expect(JSON.parse(String(message?.body))).toEqual({
    action: "restart",
    service: 'a "quoted" api',
    attempts: 3,
    note: 'for acme: a "quoted" api',
  });
  expect(message).toMatchObject({
    contentType: "application/json",
    correlationId: "c",
    subject: 'restart-a "quoted" api',
    properties: { urgent: true, service: 'a "quoted" api' },
  });
});

test.each([
  [[], "FieldInvalid", "restart: field 'service' is missing"],
  [[["service", "wbe"]], "FieldInvalid", "restart: field 'service' must be one of web, a \"quoted\" api"],
  [[["servce", "web"]], "FieldInvalid", "restart: it has no field 'servce'; did you mean service?"],
  [
    [
      ["service", "web"],
      ["attempts", "0"],
    ],
    "FieldInvalid",
    "restart: field 'attempts' must be at least 1",
  ],
  [
    [
      ["service", "web"],
      ["attempts", "many"],
    ],
    "FieldInvalid",
    "restart: field 'attempts' must be of type integer",
  ],
  [
    [
      ["service", "web"],
      ["attempts", "9007199254740993"],
    ],
    "FieldInvalid",
    "restart: field 'attempts' has a number with too many digits for JSON; a field of type string keeps them",
  ],
  [
    [
      ["service", "web"],
      ["service", "web"],
    ],
    "FieldInvalid",
    "restart: field 'service' is set twice",
  ],
] as const)("a saved command with %j is refused before anything is sent", async (set, code, message) => {
  const { sent, queue } = await withSaved();

  await expect(sent(set)).rejects.toMatchObject({ code, kind: "usage", message });
  expect(queue("acme")).toEqual([]);
});

test("an unknown command, a field that the body needs, and a second body are refused", async () => {
  const { sent, queue, context } = await withSaved({
    body: "restart {{service}}",
    fields: { properties: { service: {} } },
  });

  await expect(sent([])).rejects.toMatchObject({
    code: "FieldInvalid",
    message: "restart: field 'service' is missing",
  });
  await expect(sent([], { command: "restrat" })).rejects.toMatchObject({
    code: "SavedCommandNotFound",
    message: "the config has no command 'restrat'; did you mean restart?",
  });
  await expect(sent([["service", "web"]], { template: true })).rejects.toMatchObject({
    code: "UsageConflictingOptions",
  });
  await expect(all(sendWords(context, ["acme", "now"], { command: "restart" }))).rejects.toMatchObject({
    code: "UsageConflictingOptions",
    message: expect.stringMatching(/^a body and --command/),
  });
  await expect(all(send(context, { names: [acme] }, "hi", { set: [["a", "b"]] }))).rejects.toMatchObject({
    message: "--set requires --command",
  });
  expect(queue("acme")).toEqual([]);
});

test("a status that is not the expected answer of a saved command fails it", async () => {
  const { sent, answer } = await withSaved();
  const set = [["service", "web"]] as const;
  answer("m1", { body: Buffer.from('{"version":2}') });
  answer("m2", { body: Buffer.from('{"vers":2}') });

  expect(await sent(set, { wait: true, messageId: "m1" })).toHaveLength(2);
  await expect(sent(set, { wait: true, messageId: "m2" })).rejects.toMatchObject({
    code: "AnswerUnexpected",
    kind: "reported",
    detail: "body must have 'version'",
  });
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

test.each([
  [["acme", "hello"], { file: "x" }, /^a body and --file cannot be combined/],
  [["acme", '{"a":1}'], { file: "x" }, /^a body and --file cannot be combined/],
  [["hello"], { all: true, ndjson: "x" }, /^a body and --ndjson cannot be combined/],
] satisfies [string[], Parameters<typeof sendWords>[2], RegExp][])(
  "a body beside an option that reads it is named: %j %j",
  async (words, options, message) => {
    await expect(all(sendWords(fakeContext().context, words, options))).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringMatching(message),
    });
  },
);

test("a name that is misspelled beside a file is still a name", async () => {
  await expect(all(sendWords(fakeContext().context, ["acme", "fabrkam"], { file: "x" }))).rejects.toMatchObject({
    code: "CustomerNotFound",
    message: expect.stringMatching(/did you mean fabrikam\?$/),
  });
});

test.each([
  [["ACME", "hi"], {}, "'ACME': expected a customer's name"],
  [["acme", "hello", "there"], {}, 'needs quotes: xtenant send acme "hello …"'],
  [["acme", "{bad"], { contentType: "application/json" }, "the body is not JSON"],
])("a mistyped command line is named before anything is sent: %j %j", async (words, options, said) => {
  const { context, queue } = await granted("acme");

  await expect(all(sendWords(context, words, options))).rejects.toThrow(said);
  expect(queue("acme")).toEqual([]);
});

test("customers may have spaces after their commas, and a body that only looks like JSON is warned of", async () => {
  const { context, said } = await granted("acme", "fabrikam");

  const sent = await all(sendWords(context, ["acme, fabrikam", '{"a":1'], {}));

  expect(sent).toHaveLength(2);
  expect(said.join("\n")).toContain("begins like JSON and is not JSON");
});
