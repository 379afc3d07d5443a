import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import { styleFor } from "../../src/cli/output/style.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { respond, view } from "../../src/commands/respond.ts";
import { send } from "../../src/commands/send.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { xtenantOver } from "../../src/lib/entry/create-xtenant.ts";
import type { RespondRecord } from "../../src/lib/entry/messages.ts";
import { Failure, type FailureCode } from "../../src/lib/errors/failure.ts";
import type { AzureServices } from "../../src/lib/ports/azure-services.ts";
import { fakeContext } from "../fakes/context.ts";
import { openFolder } from "../fakes/folder.ts";
import { output } from "../fakes/output.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
const shell = (script: string, ...args: readonly string[]) => ["/bin/sh", "-c", script, "handler", ...args];
const program = { pause: 0, idle: 0 } as const;
const plain = styleFor(output(), {}, false);

const idOf = (record: RespondRecord) => ("commandId" in record ? record.commandId : record.type);

type Fault = readonly [call: "connect" | "receive" | "send" | "probe", code: FailureCode];

/** Each fault fails the first such call of a responder's connections. `calls` are all of them. */
function failing(context: Context, ...faults: readonly Fault[]): Context & { readonly calls: readonly Fault[0][] } {
  const left = new Map(faults);
  const calls: Fault[0][] = [];
  const failOnce = (call: Fault[0]) => {
    calls.push(call);
    const code = left.get(call);
    left.delete(call);
    if (code !== undefined) throw new Failure(code);
  };
  const connectAsResponder: AzureServices["connectAsResponder"] = async (customer) => {
    failOnce("connect");
    const connection = await context.azure.connectAsResponder(customer);
    const [sender, receiver] = [await connection.sender(), await connection.receiver()];
    return {
      ...connection,
      sender: async () => ({
        ...sender,
        probe: async () => failOnce("probe"),
        send: async (message) => {
          failOnce("send");
          await sender.send(message);
        },
      }),
      receiver: async () => ({
        ...receiver,
        receive: async (...args) => {
          failOnce("receive");
          return receiver.receive(...args);
        },
      }),
    };
  };
  return { ...context, azure: { ...context.azure, connectAsResponder }, calls };
}

/** acme's queue with these commands; the body is the id, too. */
async function withCommands(...ids: readonly string[]) {
  const fake = fakeContext();
  await all(onboard(fake.context, acme, { provision: true, timeout: 5_000 }));
  await all(grant(fake.context, acme, {}));
  const put = (messageId: string, sessionId?: string) =>
    fake.memory.put(fake.customer("acme"), "commands", {
      messageId,
      body: Buffer.from(messageId),
      ...(sessionId === undefined ? {} : { sessionId }),
    });
  for (const id of ids) put(id);
  const messages = (queue: string) => fake.memory.messages(fake.customer("acme"), queue);
  return {
    ...fake,
    put,
    messages,
    deadLetters: () => fake.memory.deadLetters(fake.customer("acme"), "commands"),
    locked: () => fake.memory.locked(fake.customer("acme"), "commands"),
  };
}

test("a command whose status would have too long an id is refused before its handler runs, and stays", async () => {
  const { context, messages, memory, customer } = await withCommands();
  await using folder = await openFolder();
  const ran = join(folder.path, "ran");
  const command = { messageId: "m1", body: Buffer.from("x"), replyToSessionId: "x".repeat(129) };
  memory.put(customer("acme"), "commands", command);

  await expect(all(respond(context, acme, { exec: shell(': > "$1"', ran), ...program, max: 1 }))).rejects.toMatchObject(
    { code: "IdTooLong", kind: "usage" },
  );

  expect(existsSync(ran)).toBe(false);
  expect(messages("commands")).toHaveLength(1);
  expect(messages("statuses")).toEqual([]);
});

test("output that no status can hold is a failed status without it, and the next command is answered", async () => {
  const { context, messages, deadLetters } = await withCommands("m1", "m2");

  const records = await all(respond(failing(context, ["send", "MessageSizeExceeded"]), acme, { idle: 0, once: true }));

  const detail = "its output of 2 bytes is larger than the status queue accepts";
  expect(records).toMatchObject([
    { type: "responded", commandId: "m1", attempt: 1, outcome: "failed", detail, completed: true },
    { type: "responded", commandId: "m2", attempt: 1, outcome: "succeeded" },
  ]);
  expect(messages("statuses").map(({ messageId, body }) => [messageId, Buffer.from(body).toString()])).toEqual([
    ["status-m1", ""],
    ["status-m2", "m2"],
  ]);
  expect(messages("statuses")[0]?.properties).toMatchObject({ outcome: "failed", detail });
  expect(messages("commands")).toEqual([]);
  expect(deadLetters()).toMatchObject([{ messageId: "m1", deadLetterReason: "HandlerFailed" }]);
});

test("a command that fails is tried three times; then there is one failed status, and the command is a dead letter", async () => {
  const { context, messages, deadLetters, memory } = await withCommands("m1");

  const records = await all(respond(context, acme, { exec: shell("echo no; exit 3"), ...program, max: 1 }));

  expect(records).toMatchObject([
    { type: "returned", commandId: "m1", attempt: 1, detail: "exit code 3" },
    { type: "returned", commandId: "m1", attempt: 2 },
    { type: "responded", commandId: "m1", attempt: 3, outcome: "failed", completed: true },
  ]);
  expect(messages("commands")).toEqual([]);
  expect(deadLetters()).toMatchObject([
    {
      messageId: "m1",
      deadLetterReason: "HandlerFailed",
      deadLetterErrorDescription: expect.stringMatching(/^exit code 3/),
    },
  ]);
  expect(messages("statuses")).toMatchObject([
    { messageId: "status-m1", properties: { outcome: "failed", exitCode: 3, detail: "exit code 3", attempt: 3 } },
  ]);
  expect(records.map((one) => view(one, plain))).toMatchObject([
    "failed m1 of acme: exit code 3; it will come again",
    "failed m1 of acme: exit code 3; it will come again",
    "failed m1 of acme: exit code 3; status is in statuses",
  ]);
  expect(memory.state.open).toBe(0);
});

test("a successful attempt completes the command: the body is the handler's bytes, and the envelope has the time and the attempt", async () => {
  const { context, messages, deadLetters } = await withCommands("m1");

  await all(
    respond(context, acme, {
      exec: shell('cat; [ "$XTENANT_DELIVERY_COUNT" = 2 ]'),
      ...program,
      once: true,
      attempts: 9,
    }),
  );

  const [status, ...others] = messages("statuses");
  expect(others).toEqual([]);
  expect(status).toMatchObject({
    body: Buffer.from("m1"),
    properties: { outcome: "succeeded", exitCode: 0, attempt: 2 },
  });
  const { startedAt, finishedAt, detail } = status?.properties ?? {};
  expect(Date.parse(String(startedAt))).toBeLessThanOrEqual(Date.parse(String(finishedAt)));
  expect(detail).toBeUndefined();
  expect([...messages("commands"), ...deadLetters()]).toEqual([]);
});

test("--timeout stops a handler, which counts as failed", async () => {
  const { context, messages } = await withCommands("m1");

  await all(respond(context, acme, { exec: shell("exec sleep 60"), ...program, max: 1, attempts: 1, timeout: 50 }));

  expect(messages("statuses")).toMatchObject([{ properties: { outcome: "failed", detail: "stopped after 0.05 s" } }]);
});

test("--raw answers with body and ids only", async () => {
  const { context, messages } = await withCommands("m1");

  await all(respond(context, acme, { idle: 0, max: 1, raw: true }));

  const [status] = messages("statuses");
  expect(status).toMatchObject({ messageId: "status-m1", correlationId: "m1", body: Buffer.from("m1") });
  expect([status?.properties, status?.subject, status?.contentType]).toEqual([{}, undefined, undefined]);
});

test("--concurrency processes that number of commands and locks no more; a slow command does not delay another", async () => {
  await using folder = await openFolder();
  const go = join(folder.path, "go");
  const { context, locked, messages } = await withCommands("slow", "a", "b", "c");
  const script = '[ "$XTENANT_MESSAGE_ID" = slow ] || exit 0; while [ ! -e "$1" ]; do sleep 0.01; done';

  const seen: string[] = [];
  for await (const record of respond(context, acme, {
    exec: shell(script, go),
    ...program,
    concurrency: 2,
    once: true,
  })) {
    seen.push(idOf(record));
    expect(locked()).toBeLessThanOrEqual(2);
    if (idOf(record) === "c") await writeFile(go, "");
  }

  expect(seen).toEqual(["a", "b", "c", "slow"]);
  expect(messages("statuses")).toHaveLength(4);
});

test("--max counts answered commands, not the commands in progress", async () => {
  const { context, locked, messages } = await withCommands("a", "b", "c", "d");
  const script = '[ "$XTENANT_DELIVERY_COUNT" = 2 ]';

  const records = await all(respond(context, acme, { exec: shell(script), ...program, concurrency: 3, max: 2 }));

  expect(records.filter(({ type }) => type === "responded")).toHaveLength(2);
  expect(messages("commands")).toHaveLength(2);
  expect(locked()).toBe(0);
});

test("a queue with sessions is read session by session, the commands of each in order, answered into their session", async () => {
  const { context, memory, customer, put, messages } = await withCommands();
  memory.requireSessions(customer("acme"), "commands");
  for (const [id, session] of [
    ["a1", "a"],
    ["b1", "b"],
    ["a2", "a"],
    ["b2", "b"],
  ] as const)
    put(id, session);

  const records = await all(respond(context, acme, { exec: shell("exit 0"), ...program, once: true, concurrency: 2 }));

  const answered = records.map(idOf);
  expect(answered.filter((id) => id.startsWith("a"))).toEqual(["a1", "a2"]);
  expect(answered.filter((id) => id.startsWith("b"))).toEqual(["b1", "b2"]);
  expect(
    messages("statuses")
      .map(({ sessionId }) => sessionId)
      .sort(),
  ).toEqual(["a", "a", "b", "b"]);
});

test("an interrupted handler has not failed: its command is abandoned, even at its last attempt", async () => {
  await using folder = await openFolder();
  const [begun, go] = [join(folder.path, "begun"), join(folder.path, "go")];
  const { context, stop, messages, deadLetters, locked } = await withCommands("m1");
  const script = ': > "$1"; while [ ! -e "$2" ]; do sleep 0.01; done; exit 1';
  const records = all(respond(context, acme, { exec: shell(script, begun, go), ...program, attempts: 1 }));
  await expect.poll(() => existsSync(begun), { interval: 5 }).toBe(true);
  stop.abort();
  await writeFile(go, "");

  expect(await records).toMatchObject([{ type: "returned", attempt: 1 }]);
  expect([...messages("statuses"), ...deadLetters()]).toEqual([]);
  expect(messages("commands")).toHaveLength(1);
  expect(locked()).toBe(0);
});

test.each([
  ["the token has expired", ["send", "TokenNotAccepted"], 2],
  ["the connection breaks", ["receive", "ServiceCommunicationProblem"], 1],
  ["the broker cannot be reached", ["connect", "ECONNREFUSED"], 1],
] as const)("when %s, it reports that once, connects again, and answers", async (_, fault, attempt) => {
  const { context, messages, memory } = await withCommands("m1");

  const records = await all(respond(failing(context, fault), acme, { exec: ["/bin/cat"], ...program, max: 1 }));

  expect(records).toMatchObject([
    { type: "failed", customer: "acme", queue: "commands", error: { code: fault[1], retryable: true } },
    { type: "recovered", customer: "acme", queue: "commands" },
    { type: "responded", commandId: "m1", attempt, completed: true },
  ]);
  expect(messages("statuses")).toMatchObject([{ messageId: "status-m1" }]);
  expect(messages("commands")).toEqual([]);
  expect(memory.state.open).toBe(0);
});

test("no command is handled again before its status can be sent", async () => {
  const { context, messages } = await withCommands("m1");
  const broken = failing(context, ["send", "TokenNotAccepted"], ["probe", "TokenNotAccepted"]);

  const records = await all(respond(broken, acme, { exec: ["/bin/cat"], ...program, max: 1 }));

  expect(records.map(({ type }) => type)).toEqual(["failed", "recovered", "responded"]);
  expect(broken.calls.filter((call) => call !== "connect" && call !== "receive")).toEqual([
    ...["send", "probe", "probe", "send"],
  ]);
  expect(messages("statuses")).toHaveLength(1);
});

test("a command whose status cannot be sent pauses before it comes again, and a stop ends the pause", async () => {
  const { context, stop, messages, locked } = await withCommands("m1");
  const broken = failing(context, ["send", "TokenNotAccepted"]);
  const records = all(respond(broken, acme, { exec: ["/bin/cat"], idle: 0, pause: 3_600_000 }));
  await expect.poll(locked, { interval: 5 }).toBe(1);
  stop.abort();

  expect((await records).map(({ type }) => type)).toEqual(["failed"]);
  expect(messages("commands")).toMatchObject([{ deliveryCount: 2 }]);
});

test.each([
  ["a failure that does not pass", "QuotaExceeded", {}],
  ["any failure with --once", "TokenNotAccepted", { once: true }],
] as const)("%s ends it, and the command stays", async (_, code, options) => {
  const { context, messages, locked, memory } = await withCommands("m1");

  const records = all(respond(failing(context, ["send", code]), acme, { idle: 0, ...options }));

  await expect(records).rejects.toMatchObject({ code });
  expect(messages("commands")).toMatchObject([{ messageId: "m1", deliveryCount: 2 }]);
  expect([locked(), memory.state.open]).toEqual([0, 0]);
});

test("the library connects again, too, and says so in the log", async () => {
  const { context, said } = await withCommands("m1");
  const broken = failing(context, ["receive", "TokenNotAccepted"]);

  const answers = await all(xtenantOver(broken).respond("acme", ({ body }) => body, { max: 1 }));

  expect(answers).toMatchObject([{ type: "responded", commandId: "m1" }]);
  expect(said).toEqual([expect.stringMatching(/^acme failed: /), "acme recovered"]);
});

test.each(["timeout", "attempts", "pause"] as const)("--%s without a program is refused", async (name) => {
  const { context } = fakeContext();

  await expect(all(respond(context, acme, { idle: 0, [name]: 1 }))).rejects.toMatchObject({ kind: "usage" });
});

test("send --wait shows why the command failed, in the words of the customer's worker", async () => {
  const { context } = await withCommands();
  const answering = all(respond(context, acme, { exec: shell("exit 4"), ...program, attempts: 1, max: 1 }));

  const sent = all(send(context, { names: [acme] }, "deploy", { wait: true, timeout: 5_000 }));

  await expect(sent).rejects.toMatchObject({ kind: "reported", detail: "exit code 4" });
  await answering;
});

test("at a terminal, Ctrl-C says how many commands were answered, and that the others stay", async () => {
  const { context, said, stop, messages } = await withCommands("m1", "m2");
  const terminal = { ...context.terminal, stderr: output({ isTTY: true }), env: { TERM: "dumb" } };

  for await (const record of respond({ ...context, terminal }, acme, { idle: 1_000 }))
    if (record.type === "responded") stop.abort();

  expect(said.at(-1)).toBe("stopped: 1 command answered; the others stay in acme's queue");
  expect(messages("commands")).toHaveLength(1);
});
