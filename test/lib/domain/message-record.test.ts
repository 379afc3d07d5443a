import { expect, test } from "vitest";
import { messageRecord } from "../../../src/lib/domain/message-record.ts";
import { incoming } from "../../fakes/incoming.ts";
import * as amqp from "../../fakes/raw-amqp.ts";

const typed = (value: Uint8Array) => {
  const { properties, propertyTypes = {} } = messageRecord(
    incoming({ bare: Buffer.concat([amqp.applicationProperties({ value }), amqp.data("x")]) }),
  );
  return [properties.value, propertyTypes.value];
};

test("a record has every field that the message has", () => {
  const message = incoming({
    messageId: "status-1",
    correlationId: "1",
    subject: "restart",
    contentType: "application/json",
    sessionId: "s",
    sequenceNumber: 7n,
    enqueuedAt: new Date("2026-01-01T00:00:00Z"),
    deliveryCount: 2,
    properties: { region: "eu" },
    body: new TextEncoder().encode('{"ok":true}'),
  });

  expect(messageRecord(message)).toEqual({
    messageId: "status-1",
    correlationId: "1",
    subject: "restart",
    contentType: "application/json",
    sessionId: "s",
    sequenceNumber: "7",
    enqueuedAt: "2026-01-01T00:00:00.000Z",
    deliveryCount: 2,
    properties: { region: "eu" },
    body: '{"ok":true}',
  });
});

test("a record leaves out what the message has not", () => {
  expect(Object.keys(messageRecord(incoming()))).toEqual([
    "sequenceNumber",
    "enqueuedAt",
    "deliveryCount",
    "properties",
    "body",
  ]);
});

test("a sequence number keeps all its digits", () => {
  expect(messageRecord(incoming({ sequenceNumber: 9_223_372_036_854_775_807n })).sequenceNumber).toBe(
    "9223372036854775807",
  );
});

test.each([
  '{"id":4603086877212508601,"amount":12345678901234567890.12}',
  '{"price":1.10}',
  '{"huge":1E400}',
  '{"a":1,"a":2}',
  '{"b":1,"10":2,"9":3}',
  '{ "spaced" : [ 1 ,2 ] }\n',
  '"\\u0041"',
  "\ufefftext after a byte order mark",
])("the body %s is the sender's own text", (body) => {
  const record = messageRecord(incoming({ body: Buffer.from(body), contentType: "application/json" }));

  expect(JSON.parse(JSON.stringify(record)).body).toBe(body);
});

const bits = (code: number, hex: string) => amqp.raw(code, Buffer.from(hex, "hex"));

test.each([
  ["text", amqp.string("eu"), "eu", undefined],
  ["true", amqp.raw(0x41), true, undefined],
  ["null", amqp.nul, null, undefined],
  ["a uint, as a plain number is sent", amqp.uint(3), 3, undefined],
  ["an int", bits(0x71, "00000003"), 3, "int"],
  ["a short", bits(0x61, "ffff"), -1, "short"],
  ["a ubyte", bits(0x50, "ff"), 255, "ubyte"],
  ["a long", amqp.long(3n), 3, "long"],
  ["a long that no double can represent", amqp.long(9_007_199_254_740_993n), "9007199254740993", "long"],
  ["the largest ulong", amqp.ulong(2n ** 64n - 1n), "18446744073709551615", "ulong"],
  ["a double", bits(0x82, "3ff8000000000000"), 1.5, undefined],
  ["a whole double", bits(0x82, "4008000000000000"), 3, "double"],
  ["a float", bits(0x72, "3fc00000"), 1.5, "float"],
  ["a value that is not a number", bits(0x82, "7ff8000000000000"), "NaN", "double"],
  ["negative zero", bits(0x82, "8000000000000000"), "-0", "double"],
  ["infinity", bits(0x72, "ff800000"), "-Infinity", "float"],
  ["a decimal", bits(0x94, "30400000000000000000000000000069"), "105", "decimal128"],
  ["a decimal with a fraction", bits(0x94, "b03c0000000000000000000000000069"), "-1.05", "decimal128"],
  ["a small decimal", bits(0x74, "32000001"), "0.1", "decimal32"],
  ["a large decimal", bits(0x84, "5fe0000000000001"), "1E+369", "decimal64"],
  ["an infinite decimal", bits(0x74, "78000000"), "Infinity", "decimal32"],
  ["a character", bits(0x73, "0001f389"), "🎉", "char"],
  ["a symbol", amqp.symbol("x"), "x", "symbol"],
  ["a uuid", amqp.uuid("00112233-4455-6677-8899-AABBCCDDEEFF"), "00112233-4455-6677-8899-aabbccddeeff", "uuid"],
  ["binary", amqp.binary(Buffer.from([1, 2, 255])), "AQL/", "binary"],
  ["a time", amqp.timestamp(Date.UTC(2026, 0, 1)), "2026-01-01T00:00:00.000Z", "datetime"],
  ["a time that no calendar has", amqp.timestamp(8_640_000_000_000_001), "8640000000000001", "timestamp"],
  ["a list", amqp.list(amqp.string("a"), amqp.list(amqp.long(1n))), ["a", [1]], "list"],
  ["a map", amqp.map([[amqp.string("at"), amqp.timestamp(0)]]), { at: "1970-01-01T00:00:00.000Z" }, "map"],
  [
    "a time span",
    amqp.described(amqp.symbol("com.microsoft:timespan"), amqp.long(36_000_000_000n)),
    "01:00:00",
    "timespan",
  ],
  [
    "a negative time span",
    amqp.described(amqp.symbol("com.microsoft:timespan"), amqp.long(-864_000_000_001n)),
    "-1.00:00:00.0000001",
    "timespan",
  ],
  [
    "a time with ticks",
    amqp.described(amqp.symbol("com.microsoft:datetime-offset"), amqp.long(638_000_000_000_000_001n)),
    "2022-09-28T22:13:20.0000001Z",
    "datetime-offset",
  ],
  [
    "a uri",
    amqp.described(amqp.symbol("com.microsoft:uri"), amqp.string("https://contoso.example/x")),
    "https://contoso.example/x",
    "uri",
  ],
  [
    "another described value",
    amqp.described(amqp.symbol("contoso:order"), amqp.list(amqp.string("a"))),
    ["a"],
    "contoso:order",
  ],
])("the property is shown with its type: %s", (_, value, json, type) => {
  expect(typed(value)).toEqual([json, type]);
});

test.each(["__proto__", "constructor", "toString"])("a property named %s is data and changes no prototype", (name) => {
  const value = amqp.map([[amqp.string("polluted"), amqp.raw(0x41)]]);
  const bare = Buffer.concat([
    amqp.section(0x74, amqp.map([[amqp.string(name), value]])),
    amqp.section(0x77, amqp.map([[amqp.string(name), value]])),
  ]);

  const { properties, body } = messageRecord(incoming({ bare }));

  expect(Object.keys(properties)).toEqual([name]);
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
  expect(JSON.stringify(properties)).toBe(`{"${name}":{"polluted":true}}`);
  expect(body).toBe(`{"${name}":{"polluted":true}}`);
  expect({}).not.toHaveProperty("polluted");
});

test("a value that is nested too deeply is shown as its bytes, and the rest of the message is readable", () => {
  let value = amqp.string("core");
  for (let level = 0; level < 1_000; level += 1) value = amqp.list(value);
  const bare = Buffer.concat([
    amqp.applicationProperties({ value, region: amqp.string("eu") }),
    amqp.section(0x77, value),
  ]);

  const record = messageRecord(incoming({ bare }));

  expect(record.properties).toMatchObject({ region: "eu" });
  expect(record).toMatchObject({ bodyType: "value", bodyEncoding: "base64", amqp: bare.toString("base64") });
});
