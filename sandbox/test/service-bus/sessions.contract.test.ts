import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import Long from "long";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, connect, openQueue as open, openBroker } from "./open-broker.ts";
import { connectRaw } from "./raw-client.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const openQueue = (lockDuration = 60_000) => open(broker, { requiresSession: true, lockDuration });
const noRenewal = { maxAutoLockRenewalDurationInMs: 0 } as const;
const wait = { maxWaitTimeInMs: 10_000 };
const bodies = (messages: readonly ServiceBusReceivedMessage[]) => messages.map(({ body }) => body);

test("a receiver of one session gets its messages only, in order", async () => {
  const { queue, client, sender, counts } = await openQueue();
  await sender.sendMessages([
    { body: "a1", sessionId: "a" },
    { body: "b1", sessionId: "b" },
    { body: "a2", sessionId: "a" },
    { body: "b2", sessionId: "b" },
  ]);
  const before = Date.now();

  const receiver = await client.acceptSession(queue, "b", noRenewal);
  const messages = await receiver.receiveMessages(2, wait);
  for (const message of messages) await receiver.completeMessage(message);

  expect(receiver.sessionId).toBe("b");
  expect(receiver.sessionLockedUntilUtc.getTime()).toBeGreaterThan(before);
  expect(bodies(messages)).toEqual(["b1", "b2"]);
  expect(messages[0]?.sessionId).toBe("b");
  expect((await counts()).active).toBe(2);
});

test("an abandoned message comes back before the later ones of its session", async () => {
  const { queue, client, sender } = await openQueue();
  await sender.sendMessages(["1", "2"].map((body) => ({ body, sessionId: "a" })));
  const receiver = await client.acceptSession(queue, "a", noRenewal);
  const [first] = await receiver.receiveMessages(1, wait);
  if (first) await receiver.abandonMessage(first);

  expect(bodies(await receiver.receiveMessages(2, wait))).toEqual(["1", "2"]);
});

test("the next session is the one that has waited longest among those that nobody holds", async () => {
  const { queue, client, sender } = await openQueue();
  await sender.sendMessages(["x", "y"].map((sessionId) => ({ body: sessionId, sessionId })));

  const first = await client.acceptNextSession(queue, noRenewal);
  const second = await client.acceptNextSession(queue, noRenewal);

  expect([first.sessionId, second.sessionId]).toEqual(["x", "y"]);
  expect(bodies(await second.receiveMessages(1, wait))).toEqual(["y"]);
});

test("a request for the next session waits until there is one", async () => {
  const { queue, client, sender } = await openQueue();
  const accepting = client.acceptNextSession(queue, noRenewal);
  const other = await client.acceptSession(queue, "held", noRenewal);
  await sender.sendMessages({ body: "held", sessionId: "held" });
  await sender.sendMessages({ body: "late", sessionId: "free" });

  const receiver = await accepting;

  expect(receiver.sessionId).toBe("free");
  expect(bodies(await receiver.receiveMessages(1, wait))).toEqual(["late"]);
  await other.close();
  expect((await client.acceptNextSession(queue, noRenewal)).sessionId).toBe("held");
});

test("a request for the next session times out after the time that it gives", async () => {
  const { host, queue, oid } = await openQueue();
  const impatient = connect(
    broker,
    host,
    { tenant: "acme", oid },
    { retryOptions: { maxRetries: 0, timeoutInMs: 300 } },
  );

  await expect(impatient.acceptNextSession(queue, noRenewal)).rejects.toMatchObject({
    code: "ServiceTimeout",
    message: expect.stringMatching(/^The operation did not complete within the allotted timeout of 00:00:00\./),
  });
});

test("a client that goes while it waits for a session takes none with it", async () => {
  const { host, queue, oid, client, sender } = await openQueue();
  const raw = await connectRaw(broker.port, host);
  await raw.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const source = { address: queue, filter: { "com.microsoft:session-filter": null } };
  const waiting = raw.connection.open_receiver({ source, credit_window: 0 } as never);
  const detached = new Promise((resolve) => waiting.once("receiver_close", resolve));
  waiting.close();
  await detached;

  await sender.sendMessages({ body: "x", sessionId: "a" });

  expect((await client.acceptNextSession(queue, noRenewal)).sessionId).toBe("a");
});

test("a session that is held cannot be accepted; once it is given up it can", async () => {
  const { queue, client } = await openQueue();
  const holder = await client.acceptSession(queue, "a", noRenewal);

  await expect(client.acceptSession(queue, "a", noRenewal)).rejects.toMatchObject({ code: "SessionCannotBeLocked" });
  await holder.close();

  expect((await client.acceptSession(queue, "a", noRenewal)).sessionId).toBe("a");
});

test("a held session says so in Service Bus's words", async () => {
  const { host, queue, oid, client } = await openQueue();
  await client.acceptSession(queue, "a", noRenewal);
  const raw = await connectRaw(broker.port, host);
  await raw.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const source = { address: queue, filter: { "com.microsoft:session-filter": "a" } };
  const link = raw.connection.open_receiver({ source, credit_window: 0 } as never);
  await new Promise((resolve) => link.once("receiver_error", resolve));

  expect(link.error).toMatchObject({
    condition: "com.microsoft:session-cannot-be-locked",
    description: expect.stringContaining("The requested session 'a' cannot be accepted. It may be locked by another"),
  });
});

test("messages of a session that is given up come back without a failed delivery", async () => {
  const { queue, client, sender } = await openQueue();
  await sender.sendMessages({ body: "x", sessionId: "a" });
  const first = await client.acceptSession(queue, "a", noRenewal);
  await first.receiveMessages(1, wait);
  await first.close();

  const second = await client.acceptSession(queue, "a", noRenewal);

  expect((await second.receiveMessages(1, wait))[0]?.deliveryCount).toBe(0);
});

test("a session whose lock ran out is lost with its messages, which count a failed delivery", async () => {
  const { queue, client, sender } = await openQueue(1500);
  await sender.sendMessages({ body: "x", sessionId: "a" });
  const first = await client.acceptSession(queue, "a", noRenewal);
  const [message] = await first.receiveMessages(1, wait);

  const second = await client.acceptNextSession(queue, noRenewal);

  expect((await second.receiveMessages(1, wait))[0]?.deliveryCount).toBe(1);
  if (!message) throw new Error("no message came");
  await expect(first.completeMessage(message)).rejects.toMatchObject({ code: "SessionLockLost" });
});

test("a lock that is renewed lasts", async () => {
  const { queue, client, sender } = await openQueue(5000);
  await sender.sendMessages({ body: "x", sessionId: "a" });
  const receiver = await client.acceptSession(queue, "a", noRenewal);
  const until = receiver.sessionLockedUntilUtc;
  const [message] = await receiver.receiveMessages(1, wait);

  const renewed = await receiver.renewSessionLock();

  expect(renewed.getTime()).toBeGreaterThan(until.getTime());
  if (message) await receiver.completeMessage(message);
});

test("a session has a state that outlives its holder and can be taken away", async () => {
  const { queue, client, counts } = await openQueue();
  const first = await client.acceptSession(queue, "a", noRenewal);
  expect(await first.getSessionState()).toBeNull();
  await first.setSessionState({ step: 2 });
  expect((await counts()).sizeBytes).toBe(10);
  await first.close();

  const second = await client.acceptSession(queue, "a", noRenewal);
  expect(await second.getSessionState()).toEqual({ step: 2 });
  const other = await client.acceptSession(queue, "b", noRenewal);
  expect(await other.getSessionState()).toBeNull();
});

test("session operations need the lock, and are refused to a link that does not have it", async () => {
  const { host, queue, oid, client } = await openQueue();
  const holder = await client.acceptSession(queue, "a", noRenewal);
  const raw = await connectRaw(broker.port, host);
  const node = `${queue}/$management`;
  await raw.putToken(`sb://${host}/${node}`, await broker.call("mint", { tenant: "acme", oid }));
  const lost = { statusCode: 410, errorCondition: "com.microsoft:session-lock-lost" };
  const [held, free] = [{ "session-id": "a" }, { "session-id": "b" }];

  expect(await raw.manage(node, "com.microsoft:renew-session-lock", free)).toMatchObject(lost);
  expect(await raw.manage(node, "com.microsoft:get-session-state", free)).toMatchObject(lost);
  expect(await raw.manage(node, "com.microsoft:set-session-state", { ...free, "session-state": null })).toMatchObject(
    lost,
  );
  expect(
    await raw.manage(node, "com.microsoft:renew-session-lock", held, { "associated-link-name": "other" }),
  ).toMatchObject(lost);
  expect(await raw.manage(node, "com.microsoft:renew-session-lock", {})).toMatchObject({ statusCode: 400 });
  expect(await raw.manage(node, "com.microsoft:renew-session-lock", held)).toMatchObject({ statusCode: 200 });
  await holder.close();
});

test("deferred messages are received again by the holder of their session", async () => {
  const { queue, client, sender } = await openQueue();
  await sender.sendMessages({ body: "x", sessionId: "a" });
  const receiver = await client.acceptSession(queue, "a", noRenewal);
  const [message] = await receiver.receiveMessages(1, wait);
  if (!message?.sequenceNumber) throw new Error("no message came");
  await receiver.deferMessage(message);
  const other = await client.acceptSession(queue, "b", noRenewal);
  await expect(other.receiveDeferredMessages(message.sequenceNumber)).rejects.toMatchObject({
    code: "MessageNotFound",
  });

  const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);

  expect(deferred?.body).toBe("x");
  if (deferred) await receiver.completeMessage(deferred);
  expect(await receiver.peekMessages(1)).toEqual([]);
});

test("peeking in a session shows its messages only", async () => {
  const { queue, client, sender, receiver } = await openQueue();
  await sender.sendMessages([
    { body: "a1", sessionId: "a" },
    { body: "b1", sessionId: "b" },
    { body: "a2", sessionId: "a" },
  ]);
  const session = await client.acceptSession(queue, "a", noRenewal);

  expect(bodies(await session.peekMessages(10))).toEqual(["a1", "a2"]);
  const all = await receiver.peekMessages(10, { fromSequenceNumber: Long.ONE });
  expect(bodies(all)).toEqual(["a1", "b1", "a2"]);
});

test("sessions with messages are listed", async () => {
  const { host, queue, oid, sender } = await openQueue();
  await sender.sendMessages(["b", "a", "b"].map((sessionId) => ({ body: "x", sessionId })));
  const raw = await connectRaw(broker.port, host);
  const node = `${queue}/$management`;
  await raw.putToken(`sb://${host}/${node}`, await broker.call("mint", { tenant: "acme", oid }));
  const list = (skip: number) => raw.manageBody(node, "com.microsoft:get-message-sessions", { skip, top: 10 });

  expect(await list(0)).toEqual({ skip: 2, "sessions-ids": ["a", "b"] });
  expect(await list(2)).toBeNull();
});

test("a queue with sessions takes no plain receiver, and no message without a session", async () => {
  const { sender, receiver } = await openQueue();

  await expect(receiver.receiveMessages(1)).rejects.toThrow(/requires sessions to create a non-sessionful/);
  await expect(sender.sendMessages({ body: "x" })).rejects.toThrow(/The SessionId was not set on a message/);
  await expect(sender.scheduleMessages({ body: "x" }, new Date(Date.now() + 60_000))).rejects.toThrow(/SessionId/);
});

test("a queue without sessions takes no session receiver", async () => {
  const { client, queue, host, oid } = await open(broker);
  const raw = await connectRaw(broker.port, host);
  await raw.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const source = { address: queue, filter: { "com.microsoft:session-filter": "a" } };
  const link = raw.connection.open_receiver({ source, credit_window: 0 } as never);
  await new Promise((resolve) => link.once("receiver_error", resolve));

  expect(link.error).toMatchObject({ condition: "amqp:not-allowed" });
  // the SDK has words of its own for the same
  await expect(client.acceptSession(queue, "a")).rejects.toMatchObject({ code: "SessionCannotBeLocked" });
});

test("the dead letters of a queue with sessions are read by a plain receiver", async () => {
  const { queue, client, sender, deadLetters } = await openQueue();
  await sender.sendMessages({ body: "bad", sessionId: "a" });
  const receiver = await client.acceptSession(queue, "a", noRenewal);
  const [message] = await receiver.receiveMessages(1, wait);
  if (message) await receiver.deadLetterMessage(message, { deadLetterReason: "Bad", deadLetterErrorDescription: "" });

  const [dead] = await deadLetters.receiveMessages(1, wait);

  expect(dead).toMatchObject({ body: "bad", sessionId: "a", deadLetterReason: "Bad" });
  if (dead) await deadLetters.completeMessage(dead);
});

test("a scheduled message joins its session at its time", async () => {
  const { queue, client, sender } = await openQueue();
  await sender.scheduleMessages({ body: "later", sessionId: "a" }, new Date(Date.now() + 200));

  const receiver = await client.acceptNextSession(queue, noRenewal);

  expect(bodies(await receiver.receiveMessages(1, wait))).toEqual(["later"]);
});
