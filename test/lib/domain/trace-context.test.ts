import { expect, test } from "vitest";
import { buildStatus } from "../../../src/lib/domain/status-envelope.ts";
import { traceOf, traceProperties, traceVariables } from "../../../src/lib/domain/trace-context.ts";
import { incoming } from "../../fakes/incoming.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = `00-${traceId}-00f067aa0ba902b7-01`;

test("a message's trace is read where W3C or Azure's clients put it, and W3C's name goes first", () => {
  const read = { traceId, spanId: "00f067aa0ba902b7", sampled: true };
  const other = parent.replace("4bf9", "ffff");

  expect(traceOf({ traceparent: parent })).toEqual(read);
  expect(traceOf({ "Diagnostic-Id": parent })).toEqual(read);
  expect(traceOf({ traceparent: parent, "Diagnostic-Id": other })).toEqual(read);
  expect(traceOf({ traceparent: "|older.1.", "Diagnostic-Id": parent })).toEqual(read);
  expect(traceOf({ traceparent: parent.replace(/01$/, "00"), tracestate: "vendor=1" })).toEqual({
    ...read,
    sampled: false,
    traceState: "vendor=1",
  });
  expect(traceOf({ traceparent: parent.replace(/^00/, "cc").concat("-what-comes") })).toEqual(read);
});

test.each([
  ["nothing", {}],
  ["a number", { traceparent: 7 }],
  ["version ff", { traceparent: parent.replace(/^00/, "ff") }],
  ["a trace of zeros", { traceparent: parent.replace(traceId, "0".repeat(32)) }],
  ["a span of zeros", { traceparent: parent.replace("00f067aa0ba902b7", "0".repeat(16)) }],
  ["upper case", { traceparent: parent.toUpperCase() }],
  ["more than its version has", { traceparent: `${parent}-more` }],
  ["a line more", { traceparent: `${parent}\n` }],
  ["a hierarchical id of old .NET", { "Diagnostic-Id": "|abc.1." }],
])("%s is no trace", (_what, properties) => {
  expect(traceOf(properties)).toBeUndefined();
});

test("a state that could be more than text of a header is left behind", () => {
  expect(traceOf({ traceparent: parent, tracestate: "a=1\r\nevil: 2" })).not.toHaveProperty("traceState");
  expect(traceOf({ traceparent: parent, tracestate: "a".repeat(513) })).not.toHaveProperty("traceState");
});

const handled = {
  outcome: "succeeded",
  exitCode: 0,
  output: new Uint8Array(),
  startedAt: new Date(),
  finishedAt: new Date(),
} as const;

test.each([true, false])("a status belongs to the trace of its command, raw: %s", (raw) => {
  const command = incoming({ messageId: "c-1", properties: { "Diagnostic-Id": parent, region: "eu" } });
  const { properties } = buildStatus(command, handled, { raw });

  expect(properties).toMatchObject({ traceparent: parent, "Diagnostic-Id": parent });
  expect(properties).not.toHaveProperty("region");
});

test("a status of a command without a trace has none, and raw no property at all", () => {
  const command = incoming({ messageId: "c-1", properties: { traceparent: "made up" } });

  expect(buildStatus(command, handled, { raw: true })).not.toHaveProperty("properties");
  expect(buildStatus(command, handled, { raw: false }).properties).not.toHaveProperty("traceparent");
  expect(traceProperties(undefined)).toEqual({});
});

test("a program that is started for a message is given its trace, or none", () => {
  expect(traceVariables({ "Diagnostic-Id": parent, tracestate: "vendor=1" })).toEqual({
    TRACEPARENT: parent,
    TRACESTATE: "vendor=1",
  });
  // Named all the same, so that it is not ours that the program finds.
  expect(Object.keys(traceVariables({}))).toEqual(["TRACEPARENT", "TRACESTATE"]);
  expect(traceVariables({}).TRACEPARENT).toBeUndefined();
});
