import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draftOf, messageLine, parseDraft } from "../../../src/lib/domain/message-line.ts";
import { viewMessage } from "../../../src/lib/domain/message-view.ts";
import { incoming } from "../../fakes/incoming.ts";
import * as amqp from "../../fakes/raw-amqp.ts";

const text = fc.string({ unit: "grapheme" });
const key = fc.string({ maxLength: 40 });
const moment = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") });
const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }));
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const message = fc.record({
  messageId: maybe(key),
  correlationId: maybe(text),
  sessionId: maybe(key),
  replyTo: maybe(text),
  replyToSessionId: maybe(key),
  to: maybe(text),
  subject: maybe(text),
  contentType: maybe(text),
  timeToLive: maybe(fc.integer({ min: 1, max: 2 ** 32 - 1 })),
  scheduledAt: maybe(moment),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    text.map((one) => new TextEncoder().encode(one)),
  ),
  properties: fc.dictionary(text, fc.oneof(text, fc.boolean(), fc.constant(null), number)),
});

describe("a message that was read", () => {
  test("goes into one line and comes out the same: body byte for byte, every field, every property", () => {
    fc.assert(
      fc.property(message, (fields) => {
        const line = JSON.stringify(messageLine(incoming(fields)));
        expect(line).not.toContain("\n");

        const { body, properties, ...rest } = parseDraft(line);

        const { body: bytes, properties: values, ...texts } = fields;
        expect(Buffer.from(body).equals(bytes)).toBe(true);
        // -0 and numbers that JSON cannot represent come back with their type.
        const plain = Object.entries(properties ?? {}).map(([name, value]) => [
          name,
          typeof value === "object" && value !== null && "type" in value ? Number(value.value) : value,
        ]);
        expect(Object.fromEntries(plain)).toEqual(values);
        expect(rest).toEqual(Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)));
      }),
    );
  });

  test("writes a date, binary data and a non-finite number with their types", () => {
    const properties = {
      at: new Date("2026-01-01T00:00:00.123Z"),
      key: Buffer.from([255, 0]),
      odd: { type: "double", value: "NaN" },
      wait: { type: "timespan", value: "01:30:00" },
    } as const;

    const line = messageLine(incoming({ properties }));

    expect(line.properties).toEqual({ at: "2026-01-01T00:00:00.123Z", key: "/wA=", odd: "NaN", wait: "01:30:00" });
    expect(line.propertyTypes).toEqual({ at: "datetime", key: "binary", odd: "double", wait: "timespan" });
    expect(line.amqp).toBeUndefined();
    expect(draftOf(line).properties).toEqual(properties);
  });

  test("whose body is JSON keeps its spacing, because it stays text", () => {
    const body = Buffer.from('{ "b": 1,\n  "a": 1e0 }');

    expect(messageLine(incoming({ body, contentType: "application/json" })).body).toBe(body.toString());
  });
});

describe("a line written by hand", () => {
  test("may have its body as JSON, which is then said to be JSON", () => {
    const { body, contentType } = draftOf({ body: { deploy: ["v2"] } });

    expect(String(body)).toBe('{"deploy":["v2"]}');
    expect(contentType).toBe("application/json");
  });

  test.each([
    [
      '{"body":{"id": 4603086877212508601, "amount": 12345678901234567890.12}}',
      '{"id":4603086877212508601,"amount":12345678901234567890.12}',
    ],
    ['{"body": [1.10, 1E400, -0]}', "[1.10,1E400,-0]"],
    ['{"body":{"b":1,"10":2,"b":3}}', '{"b":1,"10":2,"b":3}'],
    ['{"subject":"{\\"body\\":1}","body":{"text":"a , \\" b"}}', '{"text":"a , \\" b"}'],
    ['{"body":1,"body":[2]}', "[2]"],
    ['\ufeff{"body":7}', "7"],
  ])("is sent as it is written: %s", (line, body) => {
    expect(String(parseDraft(line).body)).toBe(body);
  });

  test("keeps a 64-bit number exact when it is written as text", () => {
    const { properties } = draftOf({ properties: { n: { type: "long", value: "9223372036854775807" } } });

    expect(properties).toEqual({ n: { type: "long", value: "9223372036854775807" } });
  });

  test("may contain the broker's data of a received message, which is not sent", () => {
    expect(draftOf({ body: "x", sequenceNumber: "7", customer: "acme", deadLetterReason: "poison" })).toEqual({
      body: Buffer.from("x"),
    });
  });

  test.each([
    [[], "expected a JSON object"],
    [{ correlationID: "x" }, "'correlationID' is no field of a message"],
    [{ messageId: 7 }, "messageId: expected text"],
    [{ sessionId: "s".repeat(129) }, "sessionId: 129 characters, at most 128 are allowed"],
    [{ bodyEncoding: "hex", body: "" }, 'bodyEncoding: expected "base64"'],
    [{ bodyEncoding: "base64", body: "no base64!" }, "body: expected base64, as bodyEncoding says"],
    [{ timeToLive: "PT1M" }, "timeToLive: expected milliseconds"],
    [{ propertyTypes: { n: "int" }, properties: {} }, "propertyTypes.n: there is no such property"],
    [{ properties: { n: "x" }, propertyTypes: { n: "int" } }, "properties.n: 'x' is no int."],
    [{ properties: { n: "1" }, propertyTypes: { n: "decimal128" } }, "'decimal128' is none of"],
    [{ messageId: "x", messageIdType: "uuid" }, "messageId: 'x' is no uuid."],
    [{ messageId: "x", messageIdType: "text" }, 'messageIdType: expected "uuid", "ulong" or "binary"'],
    [{ amqp: "no base64!" }, "amqp: expected base64"],
    [{ timeToLive: 0 }, "timeToLive: expected milliseconds"],
    [{ scheduledAt: "2026-01-31" }, "scheduledAt: expected a time"],
    [{ sessionId: "a", partitionKey: "b" }, "sessionId and partitionKey must be the same"],
    [{ properties: [] }, "properties: expected an object"],
    [{ properties: { n: 1e300 } }, 'write {"type":"long","value":"…"}'],
    [{ properties: { n: [1] } }, "properties.n: expected text, a number, true, false, null"],
    [{ properties: { n: { type: "int", value: 2.5 } } }, "properties.n: '2.5' is no int."],
  ])("%j is refused: %s", (line, message) => {
    expect(() => draftOf(line)).toThrow(message);
  });
});

describe("a line with the encoded message", () => {
  const bare = Buffer.concat([
    amqp.properties({ messageId: amqp.string("m"), subject: amqp.string("restart") }),
    amqp.data("first "),
    amqp.data("second"),
  ]);
  const line = messageLine(incoming({ bare }));

  test.each([
    ["body", { body: "changed" }],
    ["subject", { subject: "stop" }],
    ["subject", { subject: undefined }],
    ["properties", { properties: { added: 1 } }],
    ["messageIdType", { messageIdType: "binary" }],
  ])("is refused when %s was changed to %j, so that the change is not lost", (field, change) => {
    expect(() => parseDraft(JSON.stringify({ ...line, ...change }))).toThrow(
      `${field} differs from the message in amqp; to send the changed fields, remove amqp from the line`,
    );
  });

  test("is sent from its fields when the encoded message is removed", () => {
    const { amqp: _, ...fields } = line;

    expect(parseDraft(JSON.stringify({ ...fields, subject: "stop" }))).toMatchObject({ subject: "stop" });
  });

  test("may get another time to live and another scheduled time, because these are not part of it", () => {
    const draft = parseDraft(JSON.stringify({ ...line, timeToLive: 5_000, scheduledAt: "2030-01-01T00:00:00Z" }));

    expect(draft).toMatchObject({ timeToLive: 5_000, scheduledAt: new Date("2030-01-01T00:00:00Z") });
    expect(draft.bare).toEqual(bare);
  });

  test("gets a time to live beyond the header's range in the message itself", () => {
    const days = 90 * 86_400_000;
    const draft = parseDraft(JSON.stringify({ ...line, timeToLive: days }));

    expect(viewMessage(draft.bare ?? Buffer.alloc(0)).lifetime).toBe(days);
  });
});

test.each([8.64e15, 0, -1, 0.5])(
  "a time to live of %d, which no line can have, does not keep a message from its restoration",
  (timeToLive) => {
    const line = messageLine({ ...incoming({ messageId: "m" }), timeToLive });

    expect(draftOf(line)).toMatchObject({ messageId: "m" });
  },
);
