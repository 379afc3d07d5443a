import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, connect, hostOf, openBroker } from "./open-broker.ts";
import { connectRaw } from "./raw-client.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const host = hostOf("acme");

/** The reason with the tail that Service Bus adds (Azure/azure-sdk-for-net#6462). */
const refusal = (reason: string) =>
  expect.stringMatching(
    new RegExp(`^${reason.replaceAll(".", "\\.")} TrackingId:[0-9a-f-]{36}, SystemTracker:NoSystemTracker, Timestamp:`),
  );

/** A queue of acme's, and a principal there that has no role yet. */
async function setUp(settings: Parameters<typeof broker.call<"addQueue">>[2] = {}) {
  const queue = await broker.call("addQueue", host, settings);
  const oid = await broker.call("addPrincipal", "acme");
  return {
    queue,
    oid,
    client: connect(broker, host, { tenant: "acme", oid }),
    grant: (role: "owner" | "sender" | "receiver" | "contributor", scope: "queue" | "namespace" = "queue") =>
      broker.call("grant", "acme", { oid, role, host, ...(scope === "queue" ? { queue } : {}) }),
  };
}

const unauthorized = (claim: string, queue: string) => ({
  code: "UnauthorizedAccess",
  message: expect.stringMatching(
    new RegExp(
      `^Unauthorized access. '${claim}' claim\\(s\\) are required to perform this operation. Resource: 'sb://${host}/${queue}'. TrackingId:.+, SystemTracker:.+, Timestamp:.+`,
    ),
  ),
});

test("without a role nothing is allowed, and the error says which claim is missing", async () => {
  const { client, queue } = await setUp();
  const receiver = client.createReceiver(queue);

  await expect(client.createSender(queue).sendMessages({ body: "x" })).rejects.toMatchObject(
    unauthorized("Send", queue),
  );
  await expect(receiver.receiveMessages(1)).rejects.toMatchObject(unauthorized("Listen", queue));
  await expect(receiver.peekMessages(1)).rejects.toMatchObject(unauthorized("Listen", queue));
});

test("a sender may send and schedule, and not receive or peek", async () => {
  const { client, queue, grant } = await setUp();
  await grant("sender");
  const [sender, receiver] = [client.createSender(queue), client.createReceiver(queue)];
  await sender.sendMessages({ body: "x" });
  const numbers = await sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 60_000));
  await sender.cancelScheduledMessages(numbers);

  await expect(receiver.receiveMessages(1)).rejects.toMatchObject(unauthorized("Listen", queue));
  await expect(receiver.peekMessages(1)).rejects.toMatchObject(unauthorized("Listen", queue));
});

test("a receiver may receive and peek, and not send or schedule", async () => {
  const { client, queue, grant } = await setUp();
  await grant("receiver");
  const [sender, receiver] = [client.createSender(queue), client.createReceiver(queue)];
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
  expect(await receiver.peekMessages(1)).toEqual([]);

  await expect(sender.sendMessages({ body: "x" })).rejects.toMatchObject(unauthorized("Send", queue));
  const scheduled = sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 60_000));
  await expect(scheduled).rejects.toMatchObject(unauthorized("Send", queue));
});

test("an owner of the namespace may use all of its queues; a contributor none", async () => {
  const owner = await setUp();
  const contributor = await setUp();
  await owner.grant("owner", "namespace");
  await contributor.grant("contributor", "namespace");

  await owner.client.createSender(contributor.queue).sendMessages({ body: "x" });
  const messages = await owner.client.createReceiver(contributor.queue).receiveMessages(1);

  expect(messages).toHaveLength(1);
  const sent = contributor.client.createSender(contributor.queue).sendMessages({ body: "x" });
  await expect(sent).rejects.toMatchObject(unauthorized("Send", contributor.queue));
});

test("a role on one queue says nothing about another", async () => {
  const { client, grant } = await setUp();
  await grant("owner");
  const other = await broker.call("addQueue", host);

  const sent = client.createSender(other).sendMessages({ body: "x" });

  await expect(sent).rejects.toMatchObject(unauthorized("Send", other));
});

test("a role taken away is missed at the next send, without a new connection", async () => {
  const { client, queue, grant } = await setUp();
  const assignment = await grant("sender");
  const sender = client.createSender(queue);
  await sender.sendMessages({ body: "x" });

  await broker.call("revoke", "acme", assignment);

  await expect(sender.sendMessages({ body: "x" })).rejects.toMatchObject(unauthorized("Send", queue));
  await expect(sender.sendMessages({ body: "x" })).rejects.toMatchObject(unauthorized("Send", queue));
  await grant("sender");
  await sender.sendMessages({ body: "x" });
});

test("a role taken away stops deliveries to a waiting receiver, and leaves the message in the queue", async () => {
  const { client, queue, oid, grant } = await setUp();
  await grant("sender");
  const assignment = await grant("receiver");
  const raw = await connectRaw(broker.port, host);
  await raw.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const waiting = raw.connection.open_receiver({ source: queue, credit_window: 0 });
  waiting.add_credit(2);
  const seen: unknown[] = [];
  waiting.on("message", ({ message }: { message: { body: unknown } }) => seen.push(message.body));
  const closed = new Promise((resolve) => waiting.once("receiver_error", resolve));
  const sender = client.createSender(queue);
  await sender.sendMessages({ bodyType: "value", body: "before" });
  await expect.poll(() => seen).toEqual(["before"]);

  await broker.call("revoke", "acme", assignment);
  await sender.sendMessages({ bodyType: "value", body: "after" });
  await closed;

  expect(waiting.error).toMatchObject({ condition: "amqp:unauthorized-access" });
  expect(seen).toEqual(["before"]);
  expect((await broker.call("counts", host, queue)).active).toBe(1);
});

test("a locked message can still be settled after the role was taken away", async () => {
  const { client, queue, grant } = await setUp();
  const assignment = await grant("owner");
  await client.createSender(queue).sendMessages({ body: "x" });
  const receiver = client.createReceiver(queue);
  const [message] = await receiver.receiveMessages(1);
  await broker.call("revoke", "acme", assignment);

  if (message) await receiver.completeMessage(message);

  expect((await broker.call("counts", host, queue)).active).toBe(0);
});

test.each(["disablePrincipal", "removePrincipal"] as const)(
  "after %s its role and token are worth nothing",
  async (how) => {
    const { client, queue, oid, grant } = await setUp();
    await grant("owner");
    await broker.call(how, "acme", oid);

    const sent = client.createSender(queue).sendMessages({ body: "x" });

    await expect(sent).rejects.toMatchObject(unauthorized("Send", queue));
  },
);

test("a token of another tenant is refused, whatever it claims to be", async () => {
  const { queue, oid, grant } = await setUp();
  await grant("owner");
  const wishes = [
    { tenant: "fabrikam", oid },
    { tenant: "fabrikam", oid, issuedBy: "acme" },
    { tenant: "acme", oid, issuedBy: "nobody" },
  ] as const;

  for (const client of wishes.map((wish) => connect(broker, host, wish)))
    await expect(client.createSender(queue).sendMessages({ body: "x" })).rejects.toMatchObject({
      code: "UnauthorizedAccess",
      message: refusal("InvalidIssuer: Token issuer is invalid."),
    });
});

test("a forged token, an expired one and one for something else are refused", async () => {
  const { queue, oid, grant } = await setUp();
  await grant("owner");
  const attempt = (wish: object) =>
    connect(broker, host, { tenant: "acme", oid, ...wish })
      .createSender(queue)
      .sendMessages({ body: "x" });

  await expect(attempt({ forged: true })).rejects.toMatchObject({
    code: "UnauthorizedAccess",
    message: refusal("InvalidSignature: The token has an invalid signature."),
  });
  await expect(attempt({ audience: "https://graph.microsoft.com" })).rejects.toMatchObject({
    code: "UnauthorizedAccess",
    message: refusal("InvalidAudience: Token audience is invalid."),
  });
  await expect(attempt({ lifetimeSeconds: -10 })).rejects.toMatchObject({
    code: "UnauthorizedAccess",
    message: refusal("ExpiredToken: The token is expired. Expiration time has passed."),
  });
});

test("the audience is good without its trailing slash too", async () => {
  const { queue, oid, grant } = await setUp();
  await grant("owner");

  const client = connect(broker, host, { tenant: "acme", oid, audience: "https://servicebus.azure.net" });

  await client.createSender(queue).sendMessages({ body: "x" });
});

test("an unknown namespace is not found, at once", async () => {
  const { oid } = await setUp();
  const client = connect(broker, "nowhere.servicebus.windows.net", { tenant: "acme", oid });

  const sent = client.createSender("q").sendMessages({ body: "x" });

  await expect(sent).rejects.toMatchObject({
    code: "MessagingEntityNotFound",
    message: expect.stringMatching(
      /^The messaging entity 'sb:\/\/nowhere.servicebus.windows.net\/' could not be found/,
    ),
  });
});

test("a missing queue is not found for those with a role on the namespace; others are unauthorized", async () => {
  const { client, grant } = await setUp();
  const missing = () => client.createSender("missing").sendMessages({ body: "x" });
  await grant("owner");
  await expect(missing()).rejects.toMatchObject(unauthorized("Send", "missing"));

  await grant("sender", "namespace");

  await expect(missing()).rejects.toMatchObject({
    code: "MessagingEntityNotFound",
    message: expect.stringMatching(`^The messaging entity 'sb://${host}/missing' could not be found`),
  });
});

test("a role at a queue still counts when the queue is gone: it is not found", async () => {
  const { client, queue, grant } = await setUp();
  await grant("sender");
  const send = () => client.createSender(queue).sendMessages({ body: "x" });
  await send();

  await broker.call("removeQueue", host, queue);

  await expect(send()).rejects.toMatchObject({ code: "MessagingEntityNotFound" });
});

test("a disabled queue refuses both sides, a half disabled one that side", async () => {
  const { client, queue, grant } = await setUp({ status: "Disabled" });
  await grant("owner");
  const send = () => client.createSender(queue).sendMessages({ body: "x" });
  const receive = () => client.createReceiver(queue).receiveMessages(1, { maxWaitTimeInMs: 2000 });
  const disabled = { code: "MessagingEntityDisabled", message: expect.stringContaining("is currently disabled") };
  await expect(send()).rejects.toMatchObject(disabled);
  await expect(receive()).rejects.toMatchObject(disabled);

  await broker.call("change", host, queue, { status: "ReceiveDisabled" });
  await send();
  await expect(receive()).rejects.toMatchObject(disabled);
  await broker.call("change", host, queue, { status: "SendDisabled" });

  await expect(send()).rejects.toMatchObject(disabled);
  expect(await receive()).toHaveLength(1);
});

test("links end when their token does", async () => {
  const { queue, oid, grant } = await setUp();
  await grant("owner");
  // The SDK renews a token before its announced end; this token ends sooner.
  const client = connect(broker, host, { tenant: "acme", oid, lifetimeSeconds: 2, toldSeconds: 3600 });
  const failure = Promise.withResolvers<Error>();
  const receiver = client.createReceiver(queue);

  receiver.subscribe({
    async processMessage() {},
    processError: async ({ error }) => failure.resolve(error),
  });

  expect((await failure.promise).message).toMatch(
    /^DetachForcedError: The link '.+' is force detached\. Code: RenewToken\. Details: Unauthorized access\. 'Listen' claim\(s\) are required/,
  );
});

test("a token that is renewed in time keeps its links", async () => {
  const { queue, oid, grant } = await setUp();
  await grant("owner");
  const raw = await connectRaw(broker.port, host);
  const put = async (lifetimeSeconds: number) =>
    raw.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid, lifetimeSeconds }));
  await put(3);
  const end = Date.now() + 3000;
  const [renewed, message] = [raw.connection.open_sender(queue), Buffer.from([0x00, 0x53, 0x77, 0x40])];
  await new Promise((resolve) => renewed.once("sendable", resolve));

  await put(3600);
  await expect.poll(() => Date.now()).toBeGreaterThan(end + 100);

  expect(await raw.send(renewed, message)).toEqual({ outcome: "accepted" });
});

test.each([
  ["its role is taken away", ({ assignment }: { assignment: string }) => broker.call("revoke", "acme", assignment)],
  ["its principal is disabled", ({ oid }: { oid: string }) => broker.call("disablePrincipal", "acme", oid)],
  ["consent is withdrawn", ({ oid }: { oid: string }) => broker.call("removePrincipal", "acme", oid)],
] as const)("an idle link is detached when %s, and cannot be opened again", async (_, change) => {
  const { queue, oid, grant } = await setUp();
  const assignment = await grant("owner");
  const raw = await connectRaw(broker.port, host);
  await raw.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const sender = raw.connection.open_sender(queue);
  const receiver = raw.connection.open_receiver({ source: queue, credit_window: 0 });
  await Promise.all([once(sender, "sendable"), once(receiver, "receiver_open")]);

  await change({ oid, assignment });
  const detached = Promise.all([once(sender, "sender_error"), once(receiver, "receiver_error")]);
  await broker.call("recheck");
  await detached;

  for (const [link, claim] of [[sender, "Send"] as const, [receiver, "Listen"] as const])
    expect(link.error).toMatchObject({
      condition: "amqp:link:detach-forced",
      description: expect.stringContaining(
        `is force detached. Code: RenewToken. Details: Unauthorized access. '${claim}'`,
      ),
    });
  const again = raw.connection.open_sender(queue);
  await once(again, "sender_error");
  expect(again.error).toMatchObject({ condition: "amqp:unauthorized-access" });
});

test("deleting a queue ends its links when the broker looks again", async () => {
  const { client, queue, grant } = await setUp();
  await grant("owner", "namespace");
  const failure = Promise.withResolvers<Error>();
  const ready = client.createReceiver(queue);
  await ready.receiveMessages(1, { maxWaitTimeInMs: 20 });
  ready.subscribe({
    async processMessage() {},
    processError: async ({ error }) => failure.resolve(error),
  });

  await broker.call("removeQueue", host, queue);
  await broker.call("recheck");

  expect(await failure.promise).toMatchObject({ code: "MessagingEntityNotFound" });
});

test("a link to a queue that was replaced by one of the same name is closed", async () => {
  const { client, queue, grant } = await setUp();
  await grant("owner", "namespace");
  const sender = client.createSender(queue);
  await sender.sendMessages({ body: "old" });

  await broker.call("removeQueue", host, queue);
  await broker.call("addQueue", host, {}, queue);

  await expect(sender.sendMessages({ body: "lost" })).rejects.toThrow("has been deleted");
  await client.createSender(queue).sendMessages({ body: "new" });
  expect((await broker.call("counts", host, queue)).active).toBe(1);
});

test("a token put for the namespace is good for its queues", async () => {
  const { queue, oid, grant } = await setUp();
  await grant("sender");
  const raw = await connectRaw(broker.port, host);
  const sender = raw.connection.open_sender(queue);
  await new Promise((resolve) => sender.once("sender_error", resolve));
  expect(sender.error).toMatchObject({ condition: "amqp:unauthorized-access" });

  await raw.putToken(`amqps://${host}:5671/`, await broker.call("mint", { tenant: "acme", oid }));

  const again = raw.connection.open_sender(queue);
  await new Promise((resolve) => again.once("sendable", resolve));
});

test("one broker keeps namespaces apart", async () => {
  const { client, queue, grant } = await setUp();
  await grant("owner", "namespace");
  const other = hostOf("fabrikam");
  const oid = await broker.call("addPrincipal", "fabrikam");
  await broker.call("grant", "fabrikam", { oid, role: "owner", host: other });
  const otherQueue = await broker.call("addQueue", other);
  const otherClient = connect(broker, other, { tenant: "fabrikam", oid });

  await otherClient.createSender(otherQueue).sendMessages({ body: "for fabrikam" });

  expect((await broker.call("counts", other, otherQueue)).active).toBe(1);
  expect((await broker.call("counts", host, queue)).active).toBe(0);
  await expect(client.createSender(otherQueue).sendMessages({ body: "x" })).rejects.toMatchObject({
    code: "MessagingEntityNotFound",
  });
});

test("nothing that is secret is logged", async () => {
  const { queue, oid } = await setUp();
  const client = connect(broker, host, { tenant: "fabrikam", oid });
  await expect(client.createSender(queue).sendMessages({ body: "x" })).rejects.toThrow();

  expect(broker.lines.length).toBeGreaterThan(0);
  expect(broker.lines.join("\n")).not.toMatch(/eyJ[\w-]+/);
});
