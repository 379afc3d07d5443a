import type { Incoming, Outgoing, PropertyValue } from "./message.ts";
import { type JsonValue, utf8Text } from "./message-record.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { bytesOf } from "./status-fields.ts";
import { fromBase64, parseInstant, parseTypedValue } from "./typed-value.ts";

/** A message as one line of NDJSON, for exports, journals and `send` (docs/message-format.md). */
export type MessageLine = {
  /** Text, unless `bodyEncoding` says base64. */
  readonly body: string;
  readonly bodyEncoding?: "base64";
  readonly properties?: { readonly [name: string]: JsonValue };
} & { readonly [Key in TextField]?: string } & { readonly timeToLive?: number; readonly scheduledAt?: string };

/** A message that was read from a line. If it has no id, it gets one when it is sent. */
export type Draft = Omit<Outgoing, "messageId"> & { readonly messageId?: string };

const longestKey = 128;
/** Text fields and their maximum number of characters (Service Bus quotas). */
const textFields = {
  messageId: longestKey,
  correlationId: Number.POSITIVE_INFINITY,
  sessionId: longestKey,
  partitionKey: longestKey,
  replyTo: Number.POSITIVE_INFINITY,
  replyToSessionId: longestKey,
  to: Number.POSITIVE_INFINITY,
  subject: Number.POSITIVE_INFINITY,
  contentType: Number.POSITIVE_INFINITY,
} as const;
type TextField = keyof typeof textFields;

/** Fields about an earlier delivery. They are for readers and are not sent. */
const ignored: ReadonlySet<string> = new Set([
  ...[
    "type",
    "customer",
    "tenantId",
    "namespace",
    "queue",
    "sequenceNumber",
    "enqueuedAt",
    "expiresAt",
    "deliveryCount",
    "traceId",
  ],
  ...["state", "deadLetterReason", "deadLetterErrorDescription", "deadLetterSource", "lockedUntil"],
]);
const taken: ReadonlySet<string> = new Set([
  ...Object.keys(textFields),
  ...["body", "bodyEncoding", "timeToLive", "scheduledAt", "properties"],
]);

/** The line from which `draftOf` restores the same message. */
export function messageLine(message: Incoming): MessageLine {
  const { scheduledAt, timeToLive, properties } = message;
  const texts = Object.fromEntries(Object.keys(textFields).map((name) => [name, message[name as TextField]])) as {
    readonly [Key in TextField]?: string | undefined;
  };
  const entries = Object.entries(properties).map(([name, value]) => [name, propertyJson(value)] as const);
  return {
    ...omitUndefined(texts),
    ...omitUndefined({ timeToLive, scheduledAt: scheduledAt?.toISOString() }),
    ...(entries.length === 0 ? {} : { properties: Object.fromEntries(entries) }),
    ...bodyText(bytesOf(message.body)),
  };
}

function bodyText(bytes: Uint8Array): Pick<MessageLine, "body" | "bodyEncoding"> {
  const text = utf8Text(bytes);
  return text === undefined ? { body: Buffer.from(bytes).toString("base64"), bodyEncoding: "base64" } : { body: text };
}

/** Values that JSON has as they are; every other value with its type. */
function propertyJson(value: unknown): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return isPlainNumber(value) ? value : { type: "double", value: numberText(value) };
  if (value instanceof Date) return { type: "datetime", value: value.toISOString() };
  if (value instanceof Uint8Array) return { type: "binary", value: Buffer.from(value).toString("base64") };
  return JSON.stringify(value) ?? null;
}

/** Numbers that JSON holds exactly and `propertyOf` accepts without a type. A whole number beyond 2⁵³ from AMQP can only be a double. */
const isPlainNumber = (value: number) =>
  Number.isFinite(value) && !Object.is(value, -0) && (Number.isSafeInteger(value) || !Number.isInteger(value));

const numberText = (value: number) => (Object.is(value, -0) ? "-0" : String(value));

/** Parses a message from the JSON value of a line. Throws an error with the field and its problem. */
export function draftOf(line: unknown): Draft {
  if (!isObject(line)) throw new Error("expected a JSON object");
  const unknown = Object.keys(line).find((name) => !taken.has(name) && !ignored.has(name));
  if (unknown !== undefined) throw new Error(`'${unknown}' is no field of a message (known: ${[...taken].join(", ")})`);
  const { timeToLive, scheduledAt, properties, contentType } = line;
  const draft = {
    body: bodyOf(line),
    ...textsOf(line),
    ...(isHandWritten(line) && contentType === undefined ? { contentType: "application/json" } : {}),
    ...omitUndefined({ timeToLive: millisecondsOf(timeToLive), scheduledAt: dateOf(scheduledAt) }),
    ...(properties === undefined ? {} : { properties: propertiesOf(properties) }),
  };
  if (draft.sessionId !== undefined && draft.partitionKey !== undefined && draft.sessionId !== draft.partitionKey)
    throw new Error("sessionId and partitionKey must be the same when both are given");
  return draft;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A body that is not text is JSON that was written in the line. Its spacing is not preserved. */
const isHandWritten = ({ body }: Readonly<Record<string, unknown>>) => body !== undefined && typeof body !== "string";

function bodyOf({ body = "", bodyEncoding }: Readonly<Record<string, unknown>>): Uint8Array {
  if (bodyEncoding !== undefined && bodyEncoding !== "base64") throw new Error('bodyEncoding: expected "base64"');
  if (bodyEncoding === undefined) return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const bytes = typeof body === "string" ? fromBase64(body) : undefined;
  if (bytes === undefined) throw new Error("body: expected base64, as bodyEncoding says");
  return bytes;
}

function textsOf(line: Readonly<Record<string, unknown>>): { readonly [Key in TextField]?: string } {
  const found = Object.entries(textFields).flatMap(([name, longest]) => {
    const text = line[name];
    if (text === undefined) return [];
    if (typeof text !== "string") throw new Error(`${name}: expected text`);
    if (text.length > longest) throw new Error(`${name}: ${text.length} characters, at most ${longest} are allowed`);
    return [[name, text] as const];
  });
  return Object.fromEntries(found);
}

/** Service Bus encodes it as an unsigned 32-bit number. */
function millisecondsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 32) return value;
  throw new Error("timeToLive: expected milliseconds, a whole number from 1 to 4294967295");
}

function dateOf(value: unknown): Date | undefined {
  if (value === undefined) return undefined;
  const date = typeof value === "string" ? parseInstant(value) : undefined;
  if (date === undefined) throw new Error("scheduledAt: expected a time such as 2026-01-31T12:00:00Z");
  return date;
}

function propertiesOf(value: unknown): Readonly<Record<string, PropertyValue>> {
  if (!isObject(value)) throw new Error("properties: expected an object");
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, propertyOf(name, inner)]));
}

function propertyOf(name: string, value: unknown): PropertyValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
    throw new Error(`properties.${name}: JSON cannot hold it exactly; write {"type":"long","value":"…"}`);
  }
  if (
    !isObject(value) ||
    typeof value.type !== "string" ||
    !["string", "number", "boolean"].includes(typeof value.value)
  )
    throw new Error(`properties.${name}: expected text, a number, true, false, null or {"type":…,"value":…}`);
  try {
    return parseTypedValue(value.type, String(value.value));
  } catch (error) {
    throw new Error(`properties.${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
