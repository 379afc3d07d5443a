import { afterAll, beforeAll, expect, test } from "vitest";
import { batchFormat } from "../../src/service-bus/links/sender-link.ts";
import { type BrokerProcess, openBroker, openQueue } from "./open-broker.ts";
import { connectRaw } from "./raw-client.ts";
import {
  arrayBombFrame,
  attachFrame,
  beginFrame,
  detachFrame,
  dispositionFrame,
  emptyTransferFrame,
  flowFrame,
  frame,
  openFrame,
  protocolHeader,
  sendAndLeave,
  sendUntilClosed,
  transferFrame,
} from "./raw-frames.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const host = "acme-bus.servicebus.windows.net";

/** Pseudo-random bytes, the same in each run (xorshift). */
function createNoise(seed: number) {
  let state = seed;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return { next, bytes: (length: number) => Buffer.from(Array.from({ length }, () => next() & 255)) };
}

async function expectService() {
  const { sender, counts } = await openQueue(broker);
  await sender.sendMessages({ body: "still there" });
  expect((await counts()).active).toBe(1);
  expect(broker.isRunning()).toBe(true);
}

test("noise instead of AMQP, or behind its header, costs nobody but its sender", async () => {
  const noise = createNoise(20_260_101);
  for (let round = 0; round < 60; round++) {
    const junk = noise.bytes(1 + (noise.next() % 200));
    await sendAndLeave(broker.port, round % 2 ? junk : Buffer.concat([protocolHeader, frame(junk)]));
  }

  await expectService();
});

test("damaged frames of a conversation cost nobody but their sender", async () => {
  const noise = createNoise(12_345);
  const message = Buffer.from([0x00, 0x53, 0x77, 0xa1, 0x02, 0x6f, 0x6b]);
  const greeting = Buffer.concat([protocolHeader, openFrame(host)]);
  const conversation = Buffer.concat([
    beginFrame,
    ...[attachFrame(0, "receiver", "$cbs"), attachFrame(1, "sender", "$cbs"), flowFrame(0)],
    ...[transferFrame(1, 0, message), transferFrame(1, 1, message), dispositionFrame(0, 1)],
    ...[attachFrame(2, "sender", "q"), attachFrame(3, "receiver", "q/$management"), detachFrame(2)],
  ]);
  for (let round = 0; round < 300; round++) {
    const damaged = Buffer.from(conversation);
    for (let hit = 0; hit < 3; hit++) damaged[noise.next() % damaged.length] = noise.next() & 255;
    await sendAndLeave(broker.port, Buffer.concat([greeting, damaged]));
  }

  await expectService();
});

test("a transfer that promises more and brings nothing costs nobody but its sender", async () => {
  const start = [protocolHeader, openFrame(host), beginFrame, attachFrame(1, "sender", "$cbs")];

  await sendAndLeave(broker.port, Buffer.concat([...start, emptyTransferFrame(1)]));

  await expectService();
});

test.each([
  ["a frame that is announced too large", [protocolHeader, frame(Buffer.alloc(0), 0xffff_ffff)]],
  ["a frame just over the limit", [protocolHeader, frame(Buffer.alloc(0), 65_537)]],
  ["a frame smaller than its own head", [protocolHeader, frame(Buffer.alloc(0), 3)]],
  ["an array that claims more than it has", [protocolHeader, openFrame(host), beginFrame, arrayBombFrame]],
  [
    "a disposition for all deliveries there could ever be",
    [protocolHeader, openFrame(host), beginFrame, dispositionFrame(0, 0xffff_ffff)],
  ],
  ["frames too small to carry a message", [protocolHeader, openFrame(host, 60)]],
  ["another version of AMQP", [Buffer.from("AMQP\0\0\x09\x01", "latin1")]],
])("%s ends the connection", async (_, bytes) => {
  const known = broker.lines.length;

  await sendUntilClosed(broker.port, bytes);

  expect(broker.lines.slice(known).join("\n")).toMatch(/connection dropped/);
  await expectService();
});

test("a malformed message is refused, and the link goes on", async () => {
  const { queue, oid, receiver } = await openQueue(broker);
  const client = await connectRaw(broker.port, host);
  const token = await broker.call("mint", { tenant: "acme", oid });
  await client.putToken(`sb://${host}/${queue}`, token);
  const sender = client.connection.open_sender(queue);
  await new Promise((resolve) => sender.once("sendable", resolve));
  const noise = createNoise(99);
  const good = Buffer.from([0x00, 0x53, 0x77, 0xa1, 0x02, 0x6f, 0x6b]);

  const refused = { outcome: "rejected", condition: "amqp:decode-error" };
  expect(await client.send(sender, Buffer.from([0x00, 0x53, 0x77, 0xa1, 0xff]))).toEqual(refused);
  expect(await client.send(sender, Buffer.from("not amqp at all"))).toEqual(refused);
  expect(await client.send(sender, Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x01, 0x00]), batchFormat)).toEqual(refused);
  for (let round = 0; round < 200; round++) await client.send(sender, Buffer.concat([good, noise.bytes(12)]));

  expect(await client.send(sender, good)).toEqual({ outcome: "accepted" });
  expect((await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 }))[0]?.body).toBe("ok");
});

test("one bad message refuses its whole batch", async () => {
  const { queue, oid, counts } = await openQueue(broker);
  const client = await connectRaw(broker.port, host);
  await client.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const sender = client.connection.open_sender(queue);
  await new Promise((resolve) => sender.once("sendable", resolve));
  const good = Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x07, 0x00, 0x53, 0x77, 0xa1, 0x02, 0x6f, 0x6b]);
  const bad = Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x01, 0x00]);

  const result = await client.send(sender, Buffer.concat([good, good, bad]), batchFormat);

  expect(result.outcome).toBe("rejected");
  expect((await counts()).active).toBe(0);
  expect(await client.send(sender, Buffer.concat([good, good]), batchFormat)).toEqual({ outcome: "accepted" });
  expect((await counts()).active).toBe(2);
});

test("an annotation called __proto__ is a name like any other", async () => {
  const { sender, receiver, queue } = await openQueue(broker);
  const annotations = JSON.parse('{"__proto__": {"x-opt-scheduled-enqueue-time": 1}, "x-own": "kept"}');

  await sender.sendMessages({ bodyType: "data", body: "x", messageAnnotations: annotations });

  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  expect(message?.body).toBe("x");
  expect((await broker.call("counts", host, queue)).active).toBe(1);
});

test("a released message comes back without a failed delivery", async () => {
  const { queue, oid, sender, receiver } = await openQueue(broker);
  await sender.sendMessages({ body: "x" });
  const client = await connectRaw(broker.port, host);
  await client.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const link = client.connection.open_receiver({ source: queue, autoaccept: false, credit_window: 0 });
  link.add_credit(1);
  const context = await new Promise<{ delivery: { release(): void } }>((resolve) => link.once("message", resolve));
  context.delivery.release();

  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });

  expect(message?.deliveryCount).toBe(0);
});

test("a drain is answered even when no credit is left", async () => {
  const { queue, oid, sender } = await openQueue(broker);
  await sender.sendMessages({ body: "x" });
  const client = await connectRaw(broker.port, host);
  await client.putToken(`sb://${host}/${queue}`, await broker.call("mint", { tenant: "acme", oid }));
  const link = client.connection.open_receiver({ source: queue, credit_window: 0 });
  link.add_credit(1);
  await new Promise((resolve) => link.once("message", resolve));

  link.drain_credit();

  await new Promise((resolve) => link.once("receiver_drained", resolve));
});

/** A raw client with all rights on a new queue, and that queue's `$management` node. */
async function openManagement() {
  const { queue, oid } = await openQueue(broker);
  const client = await connectRaw(broker.port, host);
  const node = `${queue}/$management`;
  await client.putToken(`sb://${host}/${node}`, await broker.call("mint", { tenant: "acme", oid }));
  return { client, node };
}

test("a request is settled before its reply comes", async () => {
  const { client, node } = await openManagement();
  const known = client.frames.length;

  await client.manage(node, "com.microsoft:peek-message", {});

  expect(client.frames.slice(known)).toEqual(["disposition", "transfer"]);
});

test("management says what is wrong with a request", async () => {
  const { client, node } = await openManagement();
  const token = { "lock-tokens": [Buffer.alloc(16)], "disposition-status": "completed" };

  expect(await client.manage(node, "com.microsoft:no-such-thing", {})).toMatchObject({
    statusCode: 501,
    errorCondition: "amqp:not-implemented",
  });
  expect(await client.manage(node, "__proto__", {})).toMatchObject({ statusCode: 501 });
  expect(await client.manage(node, "com.microsoft:peek-message", {})).toMatchObject({
    statusCode: 400,
    errorCondition: "com.microsoft:argument-error",
    statusDescription: expect.stringContaining("from-sequence-number"),
  });
  expect(await client.manage(node, "com.microsoft:update-disposition", token)).toMatchObject({
    statusCode: 410,
    errorCondition: "com.microsoft:message-lock-lost",
  });
  expect(await client.manage(node, "com.microsoft:renew-lock", { "lock-tokens": ["short"] })).toMatchObject({
    statusCode: 400,
  });
});

test("a node that only does put-token says so", async () => {
  const client = await connectRaw(broker.port, host);

  expect(await client.putToken(`sb://${host}/q`, "token", "delete-token")).toMatchObject({ "status-code": 501 });
  expect(await client.putToken(`sb://${host}/q`, "no token")).toMatchObject({ "status-code": 401 });
});

test("a closing broker closes its connections", async () => {
  const own = await openBroker();
  const client = await connectRaw(own.port, host);
  const closed = new Promise((resolve) => client.connection.once("connection_close", resolve));

  await own.call("closeBroker");
  await closed;

  expect(client.connection.is_closed()).toBe(true);
  await own.close();
});
