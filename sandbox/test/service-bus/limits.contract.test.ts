import { once } from "node:events";
import rhea from "rhea";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchFormat } from "../../src/service-bus/links/sender-link.ts";
import { encodeBinary, encodeDescribed } from "../../src/service-bus/messages/amqp-encode.ts";
import { createIdleTimer } from "../../src/service-bus/timers/idle-timer.ts";
import { createFakeClock } from "./fake-clock.ts";
import { type BrokerProcess, hostOf, openBroker, openQueue } from "./open-broker.ts";
import { connectRaw, connectRawTo } from "./raw-client.ts";
import { openFrame, protocolHeader, sendUntilClosed } from "./raw-frames.ts";

const linkIdle = 400;
let impatient: BrokerProcess;
/** Only this one waits briefly for a first link, because a loaded machine may open it late. */
let hasty: BrokerProcess;
let crowded: BrokerProcess;
beforeAll(async () => {
  [impatient, hasty, crowded] = await Promise.all([
    openBroker({ linkIdle, connectionIdle: 200 }),
    openBroker({ firstLink: 600 }),
    openBroker({ connections: 2, receivers: 1 }),
  ]);
});
afterAll(() => Promise.all([impatient, hasty, crowded].map((broker) => broker.close())));

const data = (size: number) => encodeDescribed(0x75, encodeBinary(Buffer.alloc(size, 1)));

test("a link on which nothing happens is detached, and its connection closed after it, in Azure's words", async () => {
  const opened = await openQueue(impatient);
  const raw = await connectRawTo(impatient, opened);
  const closed = once(raw.connection, "connection_error");
  const sender = raw.connection.open_sender(opened.queue);
  const receiver = raw.connection.open_receiver({ source: opened.queue, credit_window: 10 });
  await Promise.all([once(sender, "sender_error"), once(receiver, "receiver_error")]);
  await closed;

  expect(sender.error).toMatchObject({
    condition: "amqp:link:detach-forced",
    description: expect.stringContaining(
      "Detach origin: AmqpMessagePublisher.IdleTimerExpired: Idle timeout: 00:00:00.",
    ),
  });
  expect(receiver.error).toMatchObject({
    description: expect.stringContaining("AmqpMessageConsumer.IdleTimerExpired"),
  });
  expect(raw.connection.error).toMatchObject({
    condition: "amqp:connection:forced",
    description: expect.stringMatching(
      /^The connection was inactive for more than the allowed 200 milliseconds and is closed by container 'LinkTracker'\. /,
    ),
  });
});

test("a connection on which no link is opened is closed", async () => {
  const raw = await connectRaw(hasty.port, hostOf("acme"));
  await once(raw.connection, "connection_error");

  expect(raw.connection.error).toMatchObject({
    condition: "amqp:connection:forced",
    description: expect.stringContaining("more than the allowed 600 milliseconds"),
  });
});

test.each([
  ["nothing at all", []],
  ["its protocol header", [protocolHeader]],
  ["an open", [protocolHeader, openFrame(hostOf("acme"))]],
])("a client that says %s and then falls silent is hung up on, whether it answers or not", async (_, bytes) => {
  await sendUntilClosed(hasty.port, bytes);

  await expect.poll(() => hasty.call("connections")).toBe(0);
});

test("the SDK sends again after its link was detached", async () => {
  const { host, sender, counts } = await openQueue(impatient);
  const known = impatient.lines.length;
  await sender.sendMessages({ body: "before" });
  await expect.poll(() => impatient.lines.slice(known)).toContain(`bus: ${host}: idle link detached`);

  await expect.poll(() => sender.sendMessages({ body: "after" }).then(() => "sent")).toBe("sent");

  expect((await counts()).active).toBeGreaterThanOrEqual(2);
});

test("an idle timer restarts with each activity, and expires once", () => {
  const clock = createFakeClock();
  const expired: number[] = [];
  const { touch } = createIdleTimer(clock, 1000, () => expired.push(clock.now()));
  const start = clock.now();
  clock.advance(900);
  touch();
  clock.advance(900);
  expect(expired).toEqual([]);
  clock.advance(5000);

  expect(expired).toEqual([start + 1900]);
  expect(clock.timers).toBe(0);
});

test("a namespace has a limit of connections", async () => {
  const host = hostOf("fabrikam");
  const [first] = [await connectRaw(crowded.port, host), await connectRaw(crowded.port, host)];
  const third = await connectRaw(crowded.port, host);
  await expect.poll(() => third.connection.error).toMatchObject({ condition: "amqp:resource-limit-exceeded" });

  first.connection.close();
  await once(first.connection, "connection_close");
  await expect.poll(() => crowded.call("connections")).toBe(1);
  const fourth = await connectRaw(crowded.port, host);

  expect(await fourth.putToken(`sb://${host}/q`, "no token")).toMatchObject({ "status-code": 401 });
});

test("a queue has a limit of receivers", async () => {
  const { client, queue, receiver } = await openQueue(crowded);
  await receiver.receiveMessages(1, { maxWaitTimeInMs: 1 });

  const second = client.createReceiver(queue);
  await expect(second.receiveMessages(1)).rejects.toMatchObject({ code: "ServiceBusy" });
  await receiver.close();

  expect(await client.createReceiver(queue).receiveMessages(1, { maxWaitTimeInMs: 1 })).toEqual([]);
});

test("on Premium a message of many frames goes through, and a batch stays within 1 MB", async () => {
  const opened = await openQueue(crowded, { maxMessageBytes: 5 * 1024 ** 2 }, "tailspin");
  const body = Buffer.alloc(3 * 1024 ** 2, "0123456789");
  await opened.sender.sendMessages({ body });
  const [message] = await opened.receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(message && body.equals(message.body)).toBe(true);

  const raw = await connectRawTo(crowded, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  expect(sender.max_message_size).toBe(5 * 1024 ** 2);
  expect(sender.properties).toEqual({ "com.microsoft:max-message-batch-size": 1024 ** 2 });
  const halves = Buffer.concat([1, 2].map(() => encodeDescribed(0x75, encodeBinary(data(600_000)))));

  expect(await raw.send(sender, halves, batchFormat)).toEqual({
    outcome: "rejected",
    condition: "amqp:link:message-size-exceeded",
  });
});

test("on Standard no setting takes messages beyond 256 KB", async () => {
  const opened = await openQueue(crowded, { maxMessageBytes: 5 * 1024 ** 2 });
  const raw = await connectRawTo(crowded, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");

  expect(sender.max_message_size).toBe(256 * 1024);
  expect(sender.properties ?? undefined).toBeUndefined();
  expect(await raw.send(sender, data(256 * 1024))).toMatchObject({ condition: "amqp:link:message-size-exceeded" });
  expect(await raw.send(sender, data(256 * 1024 - 8))).toEqual({ outcome: "accepted" });
});

const text = (length: number) => "x".repeat(length);
const thirds = (length: number) => ({ a: text(length / 3), b: text(length / 3), c: text(length / 3) });

test.each([
  ["a message id", (length: number) => ({ message_id: text(length) }), 128, 129],
  ["a session id", (length: number) => ({ group_id: text(length) }), 128, 129],
  ["a session id to reply to", (length: number) => ({ reply_to_group_id: text(length) }), 128, 129],
  ["a partition key", (length: number) => ({ message_annotations: { "x-opt-partition-key": text(length) } }), 128, 129],
  ["one property", (length: number) => ({ application_properties: { a: text(length) } }), 32_000, 33_000],
  ["a subject", (length: number) => ({ subject: text(length) }), 32_000, 33_000],
  ["all properties together", (length: number) => ({ application_properties: thirds(length) }), 65_400, 66_000],
])("%s beyond its limit is refused, and at the limit it is taken", async (what, message, taken, refused) => {
  const opened = await openQueue(crowded);
  const raw = await connectRawTo(crowded, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  const send = (length: number) => raw.send(sender, rhea.message.encode({ body: "x", ...message(length) }));
  const condition = /id|key/.test(what) ? "com.microsoft:argument-error" : "amqp:internal-error";

  expect(await send(refused)).toEqual({ outcome: "rejected", condition });
  expect(await send(taken)).toEqual({ outcome: "accepted" });
});

// Azure/azure-sdk-for-js#10326, Azure/azure-sdk-for-net#13961
test("a message of a session is refused with the partition key of another", async () => {
  const opened = await openQueue(crowded);
  const raw = await connectRawTo(crowded, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  const send = (group_id: string | undefined, key: string) =>
    raw.send(sender, rhea.message.encode({ body: "x", group_id, message_annotations: { "x-opt-partition-key": key } }));

  expect(await send("a", "b")).toEqual({ outcome: "rejected", condition: "amqp:internal-error" });
  expect(await send("a", "a")).toEqual({ outcome: "accepted" });
  expect(await send(undefined, "b")).toEqual({ outcome: "accepted" });
});
