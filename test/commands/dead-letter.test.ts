import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { remedyOf } from "../../src/cli/remedies/remedies.ts";
import { list } from "../../src/commands/dead-letter/list.ts";
import { purge } from "../../src/commands/dead-letter/purge.ts";
import { resubmit } from "../../src/commands/dead-letter/resubmit.ts";
import { show } from "../../src/commands/dead-letter/show.ts";
import { send } from "../../src/commands/send.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { deadLetterLine, resubmissionOf } from "../../src/lib/domain/dead-letter-record.ts";
import { viewMessage } from "../../src/lib/domain/message-view.ts";
import { asFailure, Failure } from "../../src/lib/errors/failure.ts";
import type {
  AzureServices,
  LockedMessage,
  NamespaceConnection,
  Receiver,
  Sender,
} from "../../src/lib/ports/azure-services.ts";
import { deadLetterAll, withDeadLetters } from "../fakes/dead-letters.ts";
import { openFolder } from "../fakes/folder.ts";
import { incoming } from "../fakes/incoming.ts";

const acme = { names: [parseCustomerName("acme")] };
const place = { queue: "status", as: "provider", yes: true } as const;
const all = <T>(stream: AsyncIterable<T>) => Array.fromAsync(stream);
const journalIn = async () => {
  const folder = await openFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return join(folder.path, "journal.ndjson");
};
const linesOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test("list counts by reason, the most frequent first, in one record per customer", async () => {
  const { context } = await withDeadLetters("acme", "fabrikam");

  const reported: { readonly customer: string }[] = [];
  const listing = async () => {
    for await (const one of list(context, { all: true }, place)) reported.push(one);
  };

  await expect(listing()).rejects.toMatchObject({ kind: "partial" });

  const reasons = [
    { reason: "Poison", messages: 2 },
    { reason: "TooOld", messages: 1 },
  ];
  expect(reported.sort((one, other) => one.customer.localeCompare(other.customer))).toMatchObject([
    { type: "dead-letters", customer: "acme", messages: 3, reasons },
    { type: "dead-letters", customer: "fabrikam", messages: 3, reasons },
    { type: "failed", customer: "tailspin", error: { kind: "auth" } },
  ]);
});

test("show selects by reason, sequence number and expression, and changes nothing", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  const idsOf = async (meant: object) =>
    (await all(show(context, acme, { ...place, ...meant }))).map((one) => "messageId" in one && one.messageId);

  expect(await idsOf({ reason: "TooOld" })).toEqual(["acme-2"]);
  expect(await idsOf({ sequence: [1n, 3n] })).toEqual(["acme-1", "acme-3"]);
  expect(await idsOf({ where: 'body == "3" && deadLetterReason == "Poison"' })).toEqual(["acme-3"]);
  expect(memory.deadLetters(customer("acme"), "statuses").map(({ deliveryCount }) => deliveryCount)).toEqual([1, 1, 1]);
});

test("resubmit writes a journal, sends a marked copy with a new id, and completes the dead letter; others stay", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  const journal = await journalIn();

  const reported = await all(resubmit(context, acme, { ...place, reason: "Poison", journal }));

  expect(reported).toMatchObject([
    { type: "resubmitted", sequenceNumber: "1", messageId: "acme-1", resubmittedAs: "acme-1~1" },
    { type: "resubmitted", sequenceNumber: "3", messageId: "acme-3", resubmittedAs: "acme-3~3" },
    { type: "summary", matched: 2, done: 2, failed: 0, missed: 0, journal },
  ]);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([
    { messageId: "acme-1~1", properties: { resubmittedFrom: "acme-1", resubmittedSequence: "1" } },
    { messageId: "acme-3~3", properties: { resubmittedAt: expect.any(Date) } },
  ]);
  expect(memory.deadLetters(customer("acme"), "statuses")).toMatchObject([{ messageId: "acme-2" }]);
  expect(await linesOf(journal)).toMatchObject([
    { messageId: "acme-1", body: "1", deadLetterReason: "Poison", sequenceNumber: "1" },
    { messageId: "acme-3", body: "3" },
  ]);
  expect((await stat(journal)).mode & 0o777).toBe(0o600);
  expect(memory.state.open).toBe(0);
});

test("a copy that is dead-lettered again meanwhile is not sent again", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  const { azure } = context;
  // A reader that refuses every copy at once.
  const refusing = withOutbox(azure, (sender) => ({
    ...sender,
    send: async (message) => {
      await sender.send(message);
      await deadLetterAll(azure, customer("acme"));
    },
  }));

  const reported = await all(resubmit({ ...context, azure: refusing }, acme, { ...place, journal: await journalIn() }));

  expect(reported.at(-1)).toMatchObject({ matched: 3, done: 3, missed: 0 });
  expect(memory.deadLetters(customer("acme"), "statuses")).toHaveLength(3);
});

test("purge leaves only a journal, from which send restores the same messages", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  const body = Buffer.from([0, 255, 1]);
  memory.put(customer("acme"), "statuses", { messageId: "odd", body, correlationId: "c", properties: { n: 1 } });
  await deadLetterAll(context.azure, customer("acme"));
  const journal = await journalIn();

  const reported = await all(purge(context, acme, { ...place, journal }));
  await all(send(context, acme, undefined, { ndjson: journal, queue: "status" }));

  expect(reported.at(-1)).toMatchObject({ type: "summary", matched: 4, done: 4 });
  expect(memory.deadLetters(customer("acme"), "statuses")).toEqual([]);
  expect(
    memory
      .messages(customer("acme"), "statuses")
      .map(({ messageId, body }) => [messageId, Buffer.from(body as Buffer)]),
  ).toEqual([
    ["acme-1", Buffer.from("1")],
    ["acme-2", Buffer.from("2")],
    ["acme-3", Buffer.from("3")],
    ["odd", body],
  ]);
  expect(memory.messages(customer("acme"), "statuses").at(-1)).toMatchObject({
    correlationId: "c",
    properties: { n: 1 },
  });
});

test("--dry-run lists the selected messages and changes nothing; without --yes and without a terminal nothing changes either", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");

  const reported = await all(purge(context, acme, { ...place, dryRun: true, reason: "TooOld" }));
  const asking = all(purge(context, acme, { queue: "status", as: "provider" }));

  await expect(asking).rejects.toMatchObject({ kind: "usage", code: "UsageMissingOption" });
  expect(reported).toMatchObject([
    { type: "matched", messageId: "acme-2", reason: "TooOld" },
    { type: "summary", matched: 1, done: 0 },
  ]);
  expect(memory.deadLetters(customer("acme"), "statuses")).toHaveLength(3);
});

test("a copy that the broker refuses, or a journal that cannot be written, leaves the dead letter where it is", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  const azure = withOutbox(context.azure, (sender) => ({
    ...sender,
    send: async (message) => {
      if (message.messageId === "acme-2~2") throw new Failure("MessageSizeExceeded", "too large");
      await sender.send(message);
    },
  }));

  const unwritten = all(purge(context, acme, { ...place, journal: "/dev/full" }));
  await expect(unwritten).rejects.toMatchObject({ code: "OutputUnusable" });
  expect(memory.deadLetters(customer("acme"), "statuses")).toHaveLength(3);
  const reported = await all(resubmit({ ...context, azure }, acme, { ...place, journal: await journalIn() }));

  expect(reported.find(({ type }) => type === "kept")).toMatchObject({
    messageId: "acme-2",
    error: { code: "MessageSizeExceeded" },
  });
  expect(reported.at(-1)).toMatchObject({ matched: 3, done: 2, failed: 1, missed: 0 });
  expect(memory.deadLetters(customer("acme"), "statuses")).toMatchObject([{ messageId: "acme-2" }]);
});

test("a lock that expired before completion is reported: the dead letter stays although its copy was sent", async () => {
  const { context } = await withDeadLetters("acme");
  const lost = async () => {
    throw new Failure("MessageLockLost", "the lock ended", {
      kind: "conflict",
    });
  };
  const azure = withDeadLetterInbox(context.azure, (held) => ({ ...held, complete: lost }));

  const reported = await all(
    resubmit({ ...context, azure }, acme, { ...place, sequence: [2n], journal: await journalIn() }),
  );

  expect(reported).toMatchObject([
    { type: "kept", resubmittedAs: "acme-2~2", error: { code: "MessageLockLost" } },
    { type: "summary", matched: 1, done: 0, failed: 1 },
  ]);
});

test("a dead letter that another receiver has locked is counted as missed; only the dead letters of the start are locked", async () => {
  const { context, customer } = await withDeadLetters("acme");
  await using connection = await context.azure.connectAsProvider(customer("acme"));
  await (await connection.deadLetters("status")).receive(1, 0);
  const asked: number[] = [];
  const azure = withDeadLetterInbox(
    context.azure,
    (held) => held,
    (max) => asked.push(max),
  );

  const reported = await all(purge({ ...context, azure }, acme, { ...place, journal: await journalIn() }));

  expect(reported.at(-1)).toMatchObject({ matched: 3, done: 2, failed: 0, missed: 1 });
  expect(asked).toEqual([3, 1]);
});

test("--as responder --queue command: the customer's own identity sends commands again", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  await all(send(context, acme, "deploy", { messageId: "command" }));
  await using connection = await context.azure.connectAsResponder(customer("acme"));
  for (const held of await (await connection.receiver()).receive(1, 0)) await held.deadLetter("Poison", "why");
  const commands = { queue: "command", as: "responder", yes: true, journal: await journalIn() } as const;

  const reported = await all(resubmit(context, acme, commands));

  expect(reported[0]).toMatchObject({ type: "resubmitted", queue: "commands", messageId: "command" });
  expect(memory.messages(customer("acme"), "commands")).toMatchObject([{ properties: { resubmittedFrom: "command" } }]);
  expect(memory.deadLetters(customer("acme"), "statuses")).toHaveLength(3);
});

test("more dead letters than can be locked at once are refused before anything changes", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  for (let n = 0; n < 1_000; n++)
    memory.put(customer("acme"), "statuses", { messageId: `x-${n}`, body: Buffer.from("x") });
  await deadLetterAll(context.azure, customer("acme"));

  const purging = all(purge(context, acme, { ...place, where: 'messageId == "x-999"', journal: await journalIn() }));

  await expect(purging).rejects.toMatchObject({ code: "DeadLetterOutOfReach" });
});

test("a caller without permission to send to the queue is refused before anything is locked", async () => {
  const { context } = await withDeadLetters("acme");
  const forbidden = async () => {
    throw new Failure("UnauthorizedAccess", "no Send");
  };
  const azure = withOutbox(context.azure, (sender) => ({ ...sender, probe: forbidden }));

  await expect(all(resubmit({ ...context, azure }, acme, { ...place, dryRun: true }))).rejects.toMatchObject({
    kind: "forbidden",
    actor: "customer's administrator",
    message: "the app cannot send to acme's statuses",
  });
});

test("no refusal of the customer's own identity asks for the app's role", async () => {
  const { context } = await withDeadLetters("acme");
  const refuse = async (): Promise<never> => {
    throw new Failure("UnauthorizedAccess", "refused", { remedy: "ResponderRefused", params: { customer: "acme" } });
  };
  const asResponder = (change: (connection: NamespaceConnection) => Partial<NamespaceConnection>): AzureServices => ({
    ...context.azure,
    connectAsResponder: async (customer) => {
      const connection = await context.azure.connectAsResponder(customer);
      return { ...connection, ...change(connection) };
    },
  });
  const cannotRead = asResponder(() => ({ deadLetters: refuse }));
  const cannotSend = asResponder(({ sender }) => ({
    sender: async (role) => ({ ...(await sender(role)), probe: refuse }),
  }));
  const next = async (azure: AzureServices, queue: "command" | "status") => {
    const options = { queue, as: "responder", dryRun: true } as const;
    const failure = await all(resubmit({ ...context, azure }, acme, options)).catch((error: unknown) => error);
    return remedyOf(asFailure(failure));
  };

  expect(await next(cannotSend, "command")).toMatch(
    /^nothing was changed; .* xtenant dead-letter purge acme --queue command --as responder/,
  );
  expect(await next(cannotRead, "status")).toBe("omit --as responder: the provider's app reads statuses");
  expect(await next(cannotRead, "command")).toMatch(/^as acme's administrator: xtenant grant acme --responder --wait/);
});

test("a copy has neither the broker's annotations nor a past time, and its id is never too long", () => {
  const properties = { DeadLetterReason: "Poison", DeadLetterErrorDescription: "why", own: 1 };
  const dead = incoming({ messageId: "m".repeat(128), sequenceNumber: 7n, scheduledAt: new Date(0), properties });
  const where = { customer: "acme", tenantId: "t", namespace: "n", queue: "statuses" };

  const line = deadLetterLine(where, dead);
  const copy = resubmissionOf(line, { at: new Date(0), sameId: false, marks: true });

  expect(line.properties).toEqual({ own: 1 });
  expect(copy.scheduledAt).toBeUndefined();
  expect(copy.messageId).toMatch(/^[0-9a-f]{64}$/);
  const sent = viewMessage(copy.bare ?? Buffer.alloc(0));
  expect(sent.messageId).toBe(copy.messageId);
  expect(Object.keys(sent.properties)).toEqual(["own", "resubmittedAt", "resubmittedFrom", "resubmittedSequence"]);
  expect(resubmissionOf(line, { at: new Date(0), sameId: true, marks: true }).messageId).toBe(dead.messageId);
});

function withOutbox(azure: AzureServices, change: (sender: Sender) => Sender): AzureServices {
  return {
    ...azure,
    connectAsProvider: async (customer) => {
      const connection = await azure.connectAsProvider(customer);
      return { ...connection, sender: async (role) => change(await connection.sender(role)) };
    },
  };
}

function withDeadLetterInbox(
  azure: AzureServices,
  change: (held: LockedMessage) => LockedMessage,
  asked = (_max: number): unknown => 0,
): AzureServices {
  const changed = (receiver: Receiver): Receiver => ({
    ...receiver,
    receive: async (max, wait) => {
      asked(max);
      return (await receiver.receive(max, wait)).map(change);
    },
  });
  return {
    ...azure,
    connectAsProvider: async (customer) => {
      const connection = await azure.connectAsProvider(customer);
      return { ...connection, deadLetters: async (role) => changed(await connection.deadLetters(role)) };
    },
  };
}

test("deferred dead letters are listed with their state, and purged and resubmitted by number only", async () => {
  const { context, memory, customer } = await withDeadLetters("acme");
  for (const number of [1n, 2n]) memory.defer(customer("acme"), "statuses", number);
  const left = () => memory.deadLetters(customer("acme"), "statuses").map(({ messageId }) => messageId);

  expect(await all(list(context, acme, place))).toMatchObject([{ messages: 3, deferred: 2 }]);
  expect(await all(show(context, acme, { ...place, sequence: [1n] }))).toMatchObject([{ state: "deferred" }]);
  await all(purge(context, acme, { ...place, journal: await journalIn() }));
  expect(left()).toEqual(["acme-1", "acme-2"]);
  const matched = await all(purge(context, acme, { ...place, sequence: [1n], dryRun: true }));
  expect(matched[0]).toMatchObject({ type: "matched", state: "deferred" });

  const journal = await journalIn();
  const purged = await all(purge(context, acme, { ...place, sequence: [1n], journal }));
  const sent = await all(resubmit(context, acme, { ...place, sequence: [2n], journal: await journalIn() }));

  expect(purged[0]).toMatchObject({ type: "purged", messageId: "acme-1" });
  expect(await linesOf(journal)).toMatchObject([{ messageId: "acme-1", sequenceNumber: "1" }]);
  expect(sent[0]).toMatchObject({ type: "resubmitted", resubmittedAs: "acme-2~2" });
  expect(left()).toEqual([]);
});

test.each([list, show, purge, resubmit])(
  "a number without a dead letter is not found, and nothing is changed: %o",
  async (run) => {
    const { context, memory, customer } = await withDeadLetters("acme");

    await expect(all<unknown>(run(context, acme, { ...place, sequence: [1n, 99n] }))).rejects.toMatchObject({
      code: "MessageNotFound",
      kind: "notFound",
      message: expect.stringContaining("no dead letter with number 99"),
    });
    expect(memory.deadLetters(customer("acme"), "statuses")).toHaveLength(3);
  },
);

/** acme's status queue with one dead letter of this reason and time to live. */
async function withOneDead(reason: string, timeToLive?: number) {
  const fake = await withDeadLetters("acme");
  await all(purge(fake.context, acme, { ...place, journal: await journalIn() }));
  const customer = fake.customer("acme");
  const expiresAt = timeToLive === undefined ? {} : { expiresAt: new Date(Date.now() - 1) };
  fake.memory.put(customer, "statuses", { messageId: "e", body: Buffer.from("x"), timeToLive, ...expiresAt });
  await using connection = await fake.context.azure.connectAsProvider(customer);
  for (const held of await (await connection.receiver()).receive(1, 0)) await held.deadLetter(reason, "");
  const said: string[] = [];
  const context = { ...fake.context, log: { ...fake.context.log, info: (line: string) => void said.push(line) } };
  return { ...fake, context, warnings: () => said.filter((line) => line.startsWith("warning")) };
}

test.each([
  ["TTLExpiredException", undefined, 1],
  ["Poison", 1_000, 1],
  ["Poison", undefined, 0],
])(
  "reason %s, time to live %s: resubmit warns %i times of copies that can expire at once",
  async (reason, life, count) => {
    const { context, warnings } = await withOneDead(reason, life);

    await all(resubmit(context, acme, { ...place, dryRun: true }));

    expect(warnings()).toHaveLength(count);
  },
);

test("resubmit --time-to-live gives the copies their own time to live, and does not warn", async () => {
  const { context, warnings, memory, customer } = await withOneDead("TTLExpiredException", 1_000);
  const journal = await journalIn();

  await all(resubmit(context, acme, { ...place, journal, timeToLive: 90 * 86_400_000 }));

  expect(warnings()).toEqual([]);
  expect(memory.messages(customer("acme"), "statuses")).toMatchObject([{ timeToLive: 90 * 86_400_000 }]);
  expect(await linesOf(journal)).toMatchObject([{ timeToLive: 1_000 }]);
});
