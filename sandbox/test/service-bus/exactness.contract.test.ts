import { once } from "node:events";
import type { Receiver } from "rhea";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchFormat } from "../../src/service-bus/links/sender-link.ts";
import {
  encodeArray,
  encodeBinary,
  encodeDescribed,
  encodeInt,
  encodeList,
  encodeMap,
  encodeNull,
  encodeString,
  encodeSymbol,
  encodeTimestamp,
  encodeUuid,
} from "../../src/service-bus/messages/amqp-encode.ts";
import { type BrokerProcess, hostOf, openBroker, openQueue } from "./open-broker.ts";
import { connectRaw, connectRawTo, type RawClient } from "./raw-client.ts";
import { attachFrame, beginFrame, openFrame, protocolHeader, sendUntilClosed, transferFrame } from "./raw-frames.ts";

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await openBroker();
});
afterAll(() => broker.close());

const bytes = (...hex: readonly string[]) => Buffer.from(hex.join(""), "hex");

/** One value of every primitive type and encoding (AMQP 1.0 §1.6), and some that are made of others. */
const everyType = {
  null: encodeNull(),
  "true of one byte": bytes("41"),
  "false of one byte": bytes("42"),
  "true of two bytes": bytes("5601"),
  ubyte: bytes("50ff"),
  ushort: bytes("60ffff"),
  "uint of four bytes": bytes("70fffffffe"),
  "uint of one byte": bytes("52ff"),
  uint0: bytes("43"),
  "ulong of eight bytes": bytes("80fffffffffffffffe"),
  "ulong of one byte": bytes("53ff"),
  ulong0: bytes("44"),
  byte: bytes("5180"),
  short: bytes("618000"),
  "int of four bytes": bytes("7180000000"),
  "int of one byte": bytes("5480"),
  "long of eight bytes": bytes("818000000000000001"),
  "long of one byte": bytes("5580"),
  float: bytes("727fc00001"),
  double: bytes("827ff8000000000001"),
  decimal32: bytes("7422500001"),
  decimal64: bytes("842238000000000001"),
  decimal128: bytes("94", "22080000000000000000000000000001"),
  char: bytes("730001f600"),
  timestamp: encodeTimestamp(-1),
  uuid: encodeUuid(bytes("00112233445566778899aabbccddeeff")),
  "short binary": encodeBinary(bytes("00ff")),
  "long binary": encodeBinary(Buffer.alloc(300, 7)),
  "short string": encodeString("ü\u0000😀"),
  "long string": encodeString("x".repeat(300)),
  symbol: encodeSymbol("com.example:kind"),
  "empty list": bytes("45"),
  "short list": bytes("c0", "03", "01", "5401"),
  "long list": encodeList([encodeInt(1), encodeString("two"), encodeList([encodeNull()])]),
  map: encodeMap([encodeSymbol("key"), encodeInt(1), encodeInt(2), encodeString("value")]),
  array: encodeArray(0x71, [encodeInt(1), encodeInt(2)]),
  described: Buffer.concat([bytes("00"), encodeSymbol("com.example:point"), encodeList([encodeInt(1)])]),
} as const satisfies Record<string, Buffer>;

const pairs = Object.entries(everyType).flatMap(([name, value]) => [encodeString(name), value]);

/** The bytes of the next message, which the raw client does not decode. */
function nextPayload({ connection }: RawClient) {
  return new Promise<Buffer>((resolve) => {
    connection.on_transfer = ({ payload }) => resolve(payload ?? Buffer.alloc(0));
  });
}

test("values of every AMQP type come out byte by byte as they went in", async () => {
  const opened = await openQueue(broker);
  const raw = await connectRawTo(broker, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  const properties = encodeDescribed(0x73, encodeList([everyType.uuid, everyType["short binary"], encodeNull()]));
  const applicationProperties = encodeDescribed(0x74, encodeMap(pairs));
  const body = encodeDescribed(0x77, encodeList(Object.values(everyType)));
  const footer = encodeDescribed(0x78, encodeMap([encodeSymbol("x-own"), everyType.decimal128]));
  const sections = [properties, applicationProperties, body, footer];
  expect(await raw.send(sender, Buffer.concat(sections))).toEqual({ outcome: "accepted" });

  const payload = nextPayload(raw);
  raw.connection.open_receiver({ source: opened.queue, credit_window: 0 }).add_credit(1);

  expect((await payload).subarray(-Buffer.concat(sections).length).equals(Buffer.concat(sections))).toBe(true);
});

test("annotations of every AMQP type come out as they went in", async () => {
  const opened = await openQueue(broker);
  const raw = await connectRawTo(broker, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  const annotations = Object.entries(everyType).map(([name, value]) =>
    Buffer.concat([encodeSymbol(`x-opt-${name.replaceAll(" ", "-")}`), value]),
  );
  const section = encodeDescribed(0x72, encodeMap(annotations.flatMap((pair) => splitPair(pair))));
  await raw.send(sender, Buffer.concat([section, encodeDescribed(0x77, encodeNull())]));

  const payload = nextPayload(raw);
  raw.connection.open_receiver({ source: opened.queue, credit_window: 0 }).add_credit(1);

  const received = await payload;
  expect(annotations.filter((pair) => !received.includes(pair))).toEqual([]);
});

/** Key and value; keys here are short symbols. */
const splitPair = (pair: Buffer) => {
  const end = 2 + (pair[1] ?? 0);
  return [pair.subarray(0, end), pair.subarray(end)];
};

/** A message with this number as its body. */
const numbered = (index: number) => encodeDescribed(0x77, encodeInt(index));

/** What a link got so far. */
function collect(link: Receiver) {
  const bodies: unknown[] = [];
  link.on("message", ({ message }: { message: { body: unknown } }) => bodies.push(message.body));
  return bodies;
}

test("a thousand messages come exactly as credit is given, and a drain ends exactly the credit that is left", async () => {
  const opened = await openQueue(broker);
  const { queue, counts } = opened;
  const raw = await connectRawTo(broker, opened);
  const sender = raw.connection.open_sender(queue);
  await once(sender, "sendable");
  const batch = Array.from({ length: 1000 }, (_, index) => encodeDescribed(0x75, encodeBinary(numbered(index))));
  expect(await raw.send(sender, Buffer.concat(batch), batchFormat)).toEqual({ outcome: "accepted" });
  const link = raw.connection.open_receiver({ source: queue, credit_window: 0, snd_settle_mode: 1 });
  const bodies = collect(link);

  link.add_credit(1);
  await expect.poll(() => bodies.length).toBe(1);
  link.add_credit(299);
  await expect.poll(() => bodies.length).toBe(300);
  await raw.manage(`${queue}/$management`, "com.microsoft:peek-message", {}); // whatever was on its way has come now
  expect(bodies).toHaveLength(300);
  expect((await counts()).active).toBe(700);

  link.add_credit(1000);
  link.drain_credit();
  await once(link, "receiver_drained");
  expect(bodies).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect(link.credit).toBe(0);

  await raw.send(sender, numbered(1000));
  await raw.manage(`${queue}/$management`, "com.microsoft:peek-message", {});
  expect(bodies).toHaveLength(1000);
  expect((await counts()).active).toBe(1);
});

test("what a client does not read waits in the queue, and comes when it reads again", async () => {
  const opened = await openQueue(broker, { maxSizeBytes: 1024 ** 3 });
  const raw = await connectRawTo(broker, opened);
  const sender = raw.connection.open_sender(opened.queue);
  await once(sender, "sendable");
  const body = encodeDescribed(0x75, encodeBinary(Buffer.alloc(250_000, 1)));
  const total = 200;
  for (let sent = 0; sent < total; sent += 10)
    await Promise.all(Array.from({ length: 10 }, () => raw.send(sender, body)));

  const reader = await connectRawTo(broker, opened);
  const link = reader.connection.open_receiver({ source: opened.queue, credit_window: 0, snd_settle_mode: 1 });
  await once(link, "receiver_open");
  const bodies = collect(link);
  link.add_credit(total);
  reader.connection.socket.once("data", () => reader.connection.socket.pause());
  await expect.poll(async () => (await opened.counts()).active).toBeLessThan(total);
  await opened.sender.sendMessages({ body: "others go on" });
  expect((await opened.counts()).active).toBeGreaterThan(total / 4);
  reader.connection.socket.resume();

  await expect.poll(() => bodies.length).toBe(total);
});

test("a connection keeps a thousand tokens and no more", async () => {
  const { oid } = await openQueue(broker);
  const raw = await connectRaw(broker.port, hostOf("acme"));
  const token = await broker.call("mint", { tenant: "acme", oid });
  const sender = raw.connection.open_sender("$cbs");
  const receiver = raw.connection.open_receiver({ source: "$cbs", target: "replies" });
  const statuses: unknown[] = [];
  receiver.on("message", ({ message }) => statuses.push(message.application_properties["status-code"]));
  await once(sender, "sendable");
  for (let index = 0; index <= 1000; index++) {
    const application_properties = { operation: "put-token", name: `sb://x/q${index}`, type: "jwt" };
    sender.send({ body: token, message_id: String(index), reply_to: "replies", application_properties });
  }
  await expect.poll(() => statuses.length).toBe(1001);

  expect(statuses.filter((status) => status !== 202)).toEqual([403]);
});

test("a flood of requests beyond its credit ends the connection of the sender", async () => {
  const known = broker.lines.length;
  const flood = Array.from({ length: 200 }, (_, id) => transferFrame(1, id, encodeDescribed(0x77, encodeNull())));
  const start = [protocolHeader, openFrame(hostOf("acme")), beginFrame, attachFrame(1, "sender", "$cbs")];

  await sendUntilClosed(broker.port, [...start, ...flood]);

  await expect.poll(() => broker.lines.length).toBeGreaterThan(known);
  expect(broker.lines.slice(known)).toEqual(["bus: connection dropped: a transfer came without credit"]);
  expect(broker.isRunning()).toBe(true);
});
