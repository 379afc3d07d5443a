import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draftOf, messageLine } from "../../../src/lib/domain/message-line.ts";
import { incoming } from "../../fakes/incoming.ts";

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

        const { body, properties, ...rest } = draftOf(JSON.parse(line));

        const { body: bytes, properties: values, ...texts } = fields;
        expect(Buffer.from(body).equals(bytes)).toBe(true);
        // -0 and numbers out of JSON's reach come back with their type beside them.
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
    const properties = { at: new Date("2026-01-01T00:00:00.123Z"), key: Buffer.from([255, 0]), odd: Number.NaN };

    const line = messageLine(incoming({ properties }));

    expect(line.properties).toEqual({
      at: { type: "datetime", value: "2026-01-01T00:00:00.123Z" },
      key: { type: "binary", value: "/wA=" },
      odd: { type: "double", value: "NaN" },
    });
    expect(draftOf(line).properties).toEqual({ ...properties, odd: { type: "double", value: "NaN" } });
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
