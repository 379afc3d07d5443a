import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BrokerProcess, connect, openBroker, openQueue } from "./open-broker.ts";
import { connectRawTo } from "./raw-client.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterEach(() => broker.call("clearFaults"));
afterAll(() => broker.close());

const long = 3_600_000;
const wait = { maxWaitTimeInMs: 10_000 };

test("a throttled queue answers server busy to senders, receivers and requests; others go on", async () => {
  const { host, queue, sender, receiver, counts } = await openQueue(broker);
  const other = await openQueue(broker);
  await broker.call("throttle", { host, queue }, long);
  const busy = {
    code: "ServiceBusy",
    message: expect.stringMatching(
      /^The request was terminated because the namespace .+ Error code : 50009\. Please wait/,
    ),
  };

  await expect(sender.sendMessages({ body: "x" })).rejects.toMatchObject(busy);
  await expect(receiver.receiveMessages(1)).rejects.toMatchObject(busy);
  await expect(receiver.peekMessages(1)).rejects.toMatchObject(busy);
  await expect(sender.scheduleMessages({ body: "x" }, new Date(Date.now() + long))).rejects.toMatchObject(busy);
  await other.sender.sendMessages({ body: "x" });
  expect((await counts()).active).toBe(0);

  await broker.call("clearFaults");
  await sender.sendMessages({ body: "x" });
});

test("throttling ends after its time: a client that retries succeeds", async () => {
  const { host, queue, oid, counts } = await openQueue(broker);
  await broker.call("throttle", { host, queue }, 100);
  const patient = { retryOptions: { maxRetries: 20, retryDelayInMs: 50 } };

  await connect(broker, host, { tenant: "acme", oid }, patient).createSender(queue).sendMessages({ body: "x" });

  expect((await counts()).active).toBe(1);
});

test("a queue that is filled takes nothing until it has room again", async () => {
  const { host, queue, sender, counts } = await openQueue(broker);
  await broker.call("fillQueue", { host, queue }, long);

  await expect(sender.sendMessages({ body: "x" })).rejects.toMatchObject({ code: "QuotaExceeded" });
  expect((await counts()).active).toBe(0);

  await broker.call("clearFaults");
  await sender.sendMessages({ body: "x" });
});

test("dropped links are detached, and only those; the SDK opens new ones", async () => {
  const opened = await openQueue(broker);
  const { host, queue, oid, counts } = opened;
  const retryOptions = { maxRetries: 5, retryDelayInMs: 50, timeoutInMs: 5_000 };
  const sender = connect(broker, host, { tenant: "acme", oid }, { retryOptions }).createSender(queue);
  await sender.sendMessages({ body: "before" });
  const raw = await connectRawTo(broker, opened);
  await raw.putToken(`sb://${host}`, await broker.call("mint", { tenant: "acme", oid }));
  const other = await broker.call("addQueue", host);
  await broker.call("grant", "acme", { oid, role: "owner", host, queue: other });
  const [dropped, kept] = [raw.connection.open_sender(queue), raw.connection.open_sender(other)];
  await Promise.all([once(dropped, "sendable"), once(kept, "sendable")]);

  const detached = once(dropped, "sender_error");
  expect(await broker.call("dropLinks", { host, queue })).toBe(2);
  await detached;

  expect(dropped.error).toMatchObject({ condition: "amqp:link:detach-forced" });
  expect(kept.is_open()).toBe(true);
  await sender.sendMessages({ body: "after" });
  expect((await counts()).active).toBe(2);
  expect(await broker.call("dropLinks", { host: "fabrikam-bus.servicebus.windows.net" })).toBe(0);
});

test("a cut connection is built up again by a client that tries again", async () => {
  const { host, queue, oid, counts } = await openQueue(broker);
  const retryOptions = { maxRetries: 5, retryDelayInMs: 50 };
  const sender = connect(broker, host, { tenant: "acme", oid }, { retryOptions }).createSender(queue);
  await sender.sendMessages({ body: "before" });

  expect(await broker.call("dropConnections", { host })).toBeGreaterThan(0);
  await sender.sendMessages({ body: "after" });

  expect((await counts()).active).toBe(2);
});

test("a stalled connection says nothing, and goes on where it stopped", async () => {
  const opened = await openQueue(broker);
  const raw = await connectRawTo(broker, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  await broker.call("stall", { host: opened.host }, long);
  const sending = raw.send(sender, Buffer.from([0x00, 0x53, 0x77, 0xa1, 0x02, 0x6f, 0x6b]));
  const impatient = { retryOptions: { maxRetries: 0, timeoutInMs: 300 } };
  const client = connect(broker, opened.host, { tenant: "acme", oid: opened.oid }, impatient);
  await expect(client.createSender(opened.queue).sendMessages({ body: "x" })).rejects.toThrow();
  expect((await opened.counts()).active).toBe(0);

  await broker.call("clearFaults");

  expect(await sending).toEqual({ outcome: "accepted" });
  expect((await opened.counts()).active).toBe(1);
});

test("a stall ends after its time", async () => {
  const { host, sender } = await openQueue(broker);
  await sender.sendMessages({ body: "before" });
  await broker.call("stall", { host }, 200);

  await sender.sendMessages({ body: "after" });
});

test("a connection that closes mid-transfer delivers nothing, and the message comes back", async () => {
  const opened = await openQueue(broker, { lockDuration: 300 });
  const { host, queue, oid } = opened;
  await opened.sender.sendMessages({ body: "x".repeat(1000) });
  await broker.call("closeMidTransfer", { host, queue }, 1);
  const raw = await connectRawTo(broker, opened);
  const link = raw.connection.open_receiver({ source: queue, credit_window: 0 });
  let came = 0;
  link.on("message", () => came++);
  link.add_credit(1);
  await once(raw.connection, "disconnected");
  expect(came).toBe(0);

  const receiver = connect(broker, host, { tenant: "acme", oid }).createReceiver(queue);
  const [message] = await receiver.receiveMessages(1, wait);

  expect(message).toMatchObject({ body: "x".repeat(1000), deliveryCount: 1 });
});

test("a lost acknowledgement leaves the sender in doubt about a message that is there", async () => {
  const opened = await openQueue(broker);
  const raw = await connectRawTo(broker, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  await broker.call("loseAcknowledgement", { host: opened.host, queue: opened.queue }, 1);
  let settled = 0;
  for (const outcome of ["accepted", "rejected", "released"]) sender.on(outcome, () => settled++);
  sender.send({ body: "x" });
  await once(raw.connection, "disconnected");

  expect(settled).toBe(0);
  expect((await opened.counts()).active).toBe(1);
});
