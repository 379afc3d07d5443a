import { expect, test } from "vitest";
import type { Incoming } from "../../../src/lib/domain/message.ts";
import { messageRecord } from "../../../src/lib/domain/message-record.ts";
import { incoming } from "../../fakes/incoming.ts";

const propertiesOf = (properties: Incoming["properties"]) => messageRecord(incoming({ properties })).properties;

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
    body: { ok: true },
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
  ["text", "eu", "eu"],
  ["true", true, true],
  ["a whole number", -3, -3],
  ["a fraction", 2.5, 2.5],
  ["no number", Number.NaN, "NaN"],
  ["infinity", Number.NEGATIVE_INFINITY, "-Infinity"],
  ["a number of 64 bits", 9_223_372_036_854_775_807n, "9223372036854775807"],
  ["null", null, null],
  ["nothing", undefined, null],
  ["a time", new Date("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00.000Z"],
  ["binary", Buffer.from([1, 2, 255]), "AQL/"],
  ["a list", ["a", [1n]], ["a", ["1"]]],
  ["a map", { inner: { at: new Date(0) } }, { inner: { at: "1970-01-01T00:00:00.000Z" } }],
  ["a symbol", Symbol.for("x"), "Symbol(x)"],
])("%s as a property survives JSON", (_, value, expected) => {
  const properties = propertiesOf({ value });

  expect(properties).toEqual({ value: expected });
  expect(JSON.parse(JSON.stringify(properties))).toEqual({ value: expected });
});

test.each(["__proto__", "constructor", "toString"])("a property named %s is data and changes no prototype", (name) => {
  const foreign = JSON.parse(`{"${name}":{"polluted":true}}`);

  const properties = propertiesOf(foreign);

  expect(Object.keys(properties)).toEqual([name]);
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
  expect(JSON.stringify(properties)).toBe(`{"${name}":{"polluted":true}}`);
  expect({}).not.toHaveProperty("polluted");
});
