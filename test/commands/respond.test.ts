import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { styleFor } from "../../src/cli/output/style.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard.ts";
import { respond, view } from "../../src/commands/respond.ts";
import { send } from "../../src/commands/send.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { fakeContext } from "../fakes/context.ts";
import { openFolder } from "../fakes/folder.ts";
import { output } from "../fakes/output.ts";

const acme = parseCustomerName("acme");
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
const shell = (script: string, ...args: readonly string[]) => ["/bin/sh", "-c", script, "handler", ...args];
const program = { pause: 0, idle: 0 } as const;
const plain = styleFor(output(), {}, false);

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
  for await (const { commandId } of respond(context, acme, {
    exec: shell(script, go),
    ...program,
    concurrency: 2,
    once: true,
  })) {
    seen.push(commandId);
    expect(locked()).toBeLessThanOrEqual(2);
    if (commandId === "c") await writeFile(go, "");
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

  const answered = records.map(({ commandId }) => commandId);
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
