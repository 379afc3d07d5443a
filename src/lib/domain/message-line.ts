import { isDeepStrictEqual } from "node:util";
import { readableValue } from "./amqp/readable-value.ts";
import { withoutByteOrderMark } from "./byte-order-mark.ts";
import { encodeBareMessage, isBareMessageOf, longestInHeader, timesOf } from "./encode-bare-message.ts";
import { parseInstant } from "./instant.ts";
import { parseJson } from "./json-scan.ts";
import { jsonAt } from "./json-text.ts";
import type { JsonValue } from "./json-value.ts";
import type { Incoming, Outgoing, PropertyValue } from "./message.ts";
import { type BodyType, isPlainText, textOfBody, utf8Text } from "./message-body.ts";
import { longestId, longestTimeToLive } from "./message-limits.ts";
import { editedMessage, type IdType, type MessageView, viewMessage } from "./message-view.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { fromBase64, parseTypedValue } from "./typed-value.ts";

/** A message as one line of NDJSON, for exports, journals and `send` (docs/message-format.md). */
export type MessageLine = {
  /** The body's own text, unless `bodyEncoding` says base64. */
  readonly body: string;
  readonly bodyEncoding?: "base64";
  /** Set when the body is not in one data section or more. */
  readonly bodyType?: Exclude<BodyType, "data">;
  /** The AMQP type of a body in an AMQP value, where its text does not imply it. */
  readonly valueType?: string;
  /** The body for a reader, when it is compressed, wrapped or marked with a byte order mark. */
  readonly decodedBody?: string;
  readonly messageIdType?: IdType;
  readonly correlationIdType?: IdType;
  readonly properties?: { readonly [name: string]: JsonValue };
  /** The AMQP types of the properties for which JSON does not imply the type. */
  readonly propertyTypes?: { readonly [name: string]: string };
  /** Milliseconds. */
  readonly timeToLive?: number;
  readonly scheduledAt?: string;
  /** The bare message as base64, when the other fields do not say all of it. */
  readonly amqp?: string;
} & { readonly [Key in TextField]?: string };

/** A message that was read from a line. If it has no id, it gets one when it is sent. */
export type Draft = Omit<Outgoing, "messageId"> & { readonly messageId?: string };

/** Text fields and their maximum number of characters (Service Bus quotas). */
const textFields = {
  messageId: longestId,
  correlationId: Number.POSITIVE_INFINITY,
  sessionId: longestId,
  partitionKey: longestId,
  replyTo: Number.POSITIVE_INFINITY,
  replyToSessionId: longestId,
  to: Number.POSITIVE_INFINITY,
  subject: Number.POSITIVE_INFINITY,
  contentType: Number.POSITIVE_INFINITY,
  contentEncoding: Number.POSITIVE_INFINITY,
} as const;
type TextField = keyof typeof textFields;
const textNames = Object.keys(textFields) as readonly TextField[];

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
    "contract",
    "commandId",
    "outcome",
    "detail",
  ],
  ...["state", "deadLetterReason", "deadLetterErrorDescription", "deadLetterSource", "lockedUntil"],
]);
const taken: ReadonlySet<string> = new Set([
  ...textNames,
  ...["messageIdType", "correlationIdType", "body", "bodyEncoding", "bodyType", "valueType", "decodedBody"],
  ...["timeToLive", "scheduledAt", "properties", "propertyTypes", "amqp"],
]);

export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The line of a message before it is sent, from which `draftOf` restores it. */
export function lineOfDraft({ timeToLive, ...draft }: Draft): MessageLine {
  const { partitionKey, scheduledAt } = draft;
  const bare = draft.bare ?? encodeBareMessage(draft, new Date());
  return messageLine({ ...viewMessage(bare), bare, partitionKey, scheduledAt, timeToLive });
}

type Copied = MessageView & Pick<Incoming, "bare" | "partitionKey" | "scheduledAt" | "timeToLive">;

/** The line from which `draftOf` restores the same message. */
export function messageLine(message: Copied): MessageLine {
  const line: Writable<Partial<MessageLine>> = {};
  addFields(line, message);
  return addContent(line, message);
}

/** Adds all but the content to a line or to a record. Fields are set one by one, because this runs for each message of a stream. */
export function addFields(line: Writable<Partial<MessageLine>>, message: Copied): void {
  const { scheduledAt, timeToLive, partitionKey } = message;
  if (partitionKey !== undefined) line.partitionKey = partitionKey;
  // A sender can write any time to live into the message. One that no line can have is in `amqp`.
  if (timeToLive !== undefined && isTimeToLive(timeToLive)) line.timeToLive = timeToLive;
  if (scheduledAt !== undefined) line.scheduledAt = scheduledAt.toISOString();
  addTexts(line, message);
}

/** Adds the properties and the body after the other fields, and the bare message where these do not say all of it. */
export function addContent<Line extends Writable<Partial<MessageLine>>>(line: Line, message: Copied) {
  addProperties(line, message);
  const complete = addBody(line, message);
  if (!isComplete(complete, message)) line.amqp = Buffer.from(message.bare).toString("base64");
  return complete;
}

function addTexts(line: Writable<Partial<MessageLine>>, view: MessageView): void {
  for (const name of textNames) {
    const text = name === "partitionKey" ? undefined : view[name];
    if (text !== undefined) line[name] = text;
  }
  if (view.messageIdType !== undefined) line.messageIdType = view.messageIdType;
  if (view.correlationIdType !== undefined) line.correlationIdType = view.correlationIdType;
}

function addProperties(line: Writable<Partial<MessageLine>>, { parsed }: MessageView): void {
  if (parsed.applicationProperties.length === 0) return;
  const readable = parsed.applicationProperties.map(([name, value]) => [name, readableValue(value)] as const);
  line.properties = Object.fromEntries(readable.map(([name, { json }]) => [name, json]));
  const types = readable.flatMap(([name, { type }]) => (type === undefined ? [] : [[name, type] as const]));
  if (types.length > 0) line.propertyTypes = Object.fromEntries(types);
}

function addBody<Line extends Writable<Partial<MessageLine>>>(
  line: Line,
  { body, bodyType, contentEncoding, parsed }: MessageView,
) {
  const text = utf8Text(body);
  const decodedBody = isPlainText({ body, contentEncoding }) ? text : textOfBody({ body, contentEncoding });
  const withBody = Object.assign(line, { body: text ?? Buffer.from(body).toString("base64") });
  if (text === undefined) line.bodyEncoding = "base64";
  if (bodyType !== "data") line.bodyType = bodyType;
  const valueType = parsed.body.type === "value" ? readableValue(parsed.body.value).type : undefined;
  if (valueType !== undefined) line.valueType = valueType;
  if (decodedBody !== undefined && decodedBody !== text) line.decodedBody = decodedBody;
  return withBody;
}

/** Whether the fields of the line alone give the same bytes again. */
function isComplete(line: MessageLine, { bare, body }: Pick<Incoming, "bare" | "body">): boolean {
  if (line.bodyType !== undefined) return false;
  try {
    // The text of the body is the body, or its base64. It need not be decoded again.
    return isBareMessageOf(bare, { ...fieldsOf(line), body }, new Date());
  } catch {
    return false;
  }
}

/**
 * Parses a message from the text of a line. Throws an error with the field and its problem. A body that is written as JSON is sent as
 * it is written, without white space.
 */
export function parseDraft(text: string): Draft {
  const json = withoutByteOrderMark(text);
  const line: unknown = parseJson(json);
  if (!isObject(line) || !isHandWritten(line)) return draftOf(line);
  return draftOf(line, jsonAt(json, ["body"]));
}

/** Parses a message from the JSON value of a line. `written` is the text of a body that is written as JSON. */
export function draftOf(line: unknown, written?: string): Draft {
  if (!isObject(line)) throw new Error("expected a JSON object");
  const unknown = Object.keys(line).find((name) => !taken.has(name) && !ignored.has(name));
  if (unknown !== undefined) throw new Error(`'${unknown}' is no field of a message (known: ${[...taken].join(", ")})`);
  if (line.amqp !== undefined) return copyOf(line);
  const body = bodyOf(line, written);
  const fields = fieldsOf(line);
  const isJson = isHandWritten(line) && fields.contentType === undefined;
  return { ...fields, ...(isJson ? { contentType: "application/json" } : {}), body };
}

/** All of a message but its body. Fields are set one by one, because this runs for each message of a stream. */
function fieldsOf(line: Readonly<Record<string, unknown>>): Omit<Draft, "body"> {
  const { messageId, correlationId, properties, propertyTypes } = line;
  const fields: Writable<Omit<Draft, "body">> = textsOf(line);
  const messageIdType = idTypeOf("messageId", messageId, line.messageIdType);
  if (messageIdType !== undefined) fields.messageIdType = messageIdType;
  const correlationIdType = idTypeOf("correlationId", correlationId, line.correlationIdType);
  if (correlationIdType !== undefined) fields.correlationIdType = correlationIdType;
  const timeToLive = millisecondsOf(line.timeToLive);
  if (timeToLive !== undefined) fields.timeToLive = timeToLive;
  const scheduledAt = dateOf(line.scheduledAt);
  if (scheduledAt !== undefined) fields.scheduledAt = scheduledAt;
  if (properties !== undefined) fields.properties = propertiesOf(properties, propertyTypes);
  requireOneKey(fields);
  return fields;
}

function requireOneKey({ sessionId, partitionKey }: Pick<Draft, "sessionId" | "partitionKey">): void {
  if (sessionId !== undefined && partitionKey !== undefined && sessionId !== partitionKey)
    throw new Error("sessionId and partitionKey must be the same when both are given");
}

/** The fields of a line that the bare message repeats. */
const contentFields = [...taken].filter(
  (name) => !["amqp", "partitionKey", "timeToLive", "scheduledAt"].includes(name),
);

/**
 * A copy of the bare message in the line. The other fields must say the same, so that a change of one of them is not lost without
 * notice. None of the rules for new messages applies: the broker accepted this message before.
 */
function copyOf(line: Readonly<Record<string, unknown>>): Draft {
  const bare = typeof line.amqp === "string" ? fromBase64(line.amqp) : undefined;
  if (bare === undefined) throw new Error("amqp: expected base64");
  const view = viewMessage(bare);
  const content: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(contentOf(view)));
  const changed = contentFields.find((name) => !isSameField(line[name], content[name]));
  if (changed !== undefined)
    throw new Error(
      `${changed} differs from the message in amqp; to send the changed fields, remove amqp from the line ` +
        `(amqp is the original message, byte for byte)`,
    );
  const { messageId, correlationId, sessionId, subject, contentType, contentEncoding, body } = view;
  const partitionKey = typeof line.partitionKey === "string" ? line.partitionKey : undefined;
  const timeToLive = millisecondsOf(line.timeToLive);
  return {
    bare: withLifetime(bare, view.lifetime, timeToLive),
    body,
    ...omitUndefined({ messageId, correlationId, sessionId, subject, contentType, contentEncoding, partitionKey }),
    ...omitUndefined({ timeToLive, scheduledAt: dateOf(line.scheduledAt) }),
  };
}

function contentOf(view: MessageView): MessageLine {
  const line: Writable<Partial<MessageLine>> = {};
  addTexts(line, view);
  addProperties(line, view);
  return addBody(line, view);
}

/** A shorter time to live goes into the header only: the broker shortens it, too, to the longest that the queue allows. */
function withLifetime(bare: Uint8Array, lifetime: number | undefined, timeToLive: number | undefined): Uint8Array {
  if (timeToLive === undefined || timeToLive <= (lifetime ?? longestInHeader)) return bare;
  return editedMessage(bare, { times: timesOf(timeToLive, new Date()) ?? null });
}

/** A record has an empty object where the message has no properties. */
const isSameField = (one: unknown, other: unknown) => isDeepStrictEqual(one ?? {}, other ?? {});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A body that is not text is JSON that was written in the line. */
const isHandWritten = ({ body }: Readonly<Record<string, unknown>>) => body !== undefined && typeof body !== "string";

function bodyOf({ body = "", bodyEncoding }: Readonly<Record<string, unknown>>, written?: string): Uint8Array {
  if (bodyEncoding !== undefined && bodyEncoding !== "base64") throw new Error('bodyEncoding: expected "base64"');
  if (bodyEncoding === undefined)
    return Buffer.from(typeof body === "string" ? body : (written ?? JSON.stringify(body)));
  const bytes = typeof body === "string" ? fromBase64(body) : undefined;
  if (bytes === undefined) throw new Error("body: expected base64, as bodyEncoding says");
  return bytes;
}

function textsOf(line: Readonly<Record<string, unknown>>): { [Key in TextField]?: string } {
  const found: { [Key in TextField]?: string } = {};
  for (const name of textNames) {
    const text = line[name];
    if (text === undefined) continue;
    if (typeof text !== "string") throw new Error(`${name}: expected text`);
    const longest = textFields[name];
    if (text.length > longest) throw new Error(`${name}: ${text.length} characters, at most ${longest} are allowed`);
    found[name] = text;
  }
  return found;
}

function idTypeOf(name: string, id: unknown, type: unknown): IdType | undefined {
  if (type === undefined) return undefined;
  if (type !== "uuid" && type !== "ulong" && type !== "binary")
    throw new Error(`${name}Type: expected "uuid", "ulong" or "binary"`);
  try {
    parseTypedValue(type, String(id));
    return type;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const isTimeToLive = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= longestTimeToLive;

function millisecondsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && isTimeToLive(value)) return value;
  throw new Error(`timeToLive: expected milliseconds, a whole number from 1 to ${longestTimeToLive}`);
}

function dateOf(value: unknown): Date | undefined {
  if (value === undefined) return undefined;
  const date = typeof value === "string" ? parseInstant(value) : undefined;
  if (date === undefined) throw new Error("scheduledAt: expected a time such as 2026-01-31T12:00:00Z");
  return date;
}

function propertiesOf(value: unknown, types: unknown = {}): Readonly<Record<string, PropertyValue>> {
  if (!isObject(value)) throw new Error("properties: expected an object");
  if (!isObject(types)) throw new Error("propertyTypes: expected an object");
  const extra = Object.keys(types).find((name) => !Object.hasOwn(value, name));
  if (extra !== undefined) throw new Error(`propertyTypes.${extra}: there is no such property`);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      propertyOf(name, inner, Object.hasOwn(types, name) ? types[name] : undefined),
    ]),
  );
}

function propertyOf(name: string, value: unknown, type: unknown): PropertyValue {
  if (type !== undefined) return typedProperty(name, { type, value });
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
    throw new Error(`properties.${name}: JSON cannot hold it exactly; write {"type":"long","value":"…"}`);
  }
  if (!isObject(value))
    throw new Error(`properties.${name}: expected text, a number, true, false, null or {"type":…,"value":…}`);
  return typedProperty(name, value);
}

function typedProperty(
  name: string,
  { type, value }: { readonly type?: unknown; readonly value?: unknown },
): PropertyValue {
  if (typeof type !== "string" || !["string", "number", "boolean"].includes(typeof value))
    throw new Error(`properties.${name}: expected text, a number, true, false, null or {"type":…,"value":…}`);
  try {
    return parseTypedValue(type, String(value));
  } catch (error) {
    throw new Error(`properties.${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
