import type { Incoming } from "./message.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { traceOf } from "./trace-context.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** A message in a record, for people and for `--json`. */
export type MessageRecord = {
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly subject?: string;
  readonly contentType?: string;
  readonly sessionId?: string;
  /** The trace that its properties name. */
  readonly traceId?: string;
  readonly sequenceNumber: string;
  readonly enqueuedAt: string;
  readonly deliveryCount: number;
  readonly properties: { readonly [name: string]: JsonValue | undefined };
  readonly body: JsonValue;
  /** Set when the body is not text. */
  readonly bodyEncoding?: "base64";
};

export function messageRecord(message: Incoming): MessageRecord {
  const { messageId, correlationId, subject, contentType, sessionId } = message;
  return {
    ...omitUndefined({
      messageId,
      correlationId,
      subject,
      contentType,
      sessionId,
      traceId: traceOf(message.properties)?.traceId,
    }),
    sequenceNumber: String(message.sequenceNumber),
    enqueuedAt: message.enqueuedAt.toISOString(),
    deliveryCount: message.deliveryCount,
    properties: Object.fromEntries(Object.entries(message.properties).map(([name, value]) => [name, jsonValue(value)])),
    ...readableBody(message.body, contentType),
  };
}

/** JSON when the content type says so, or when there is no content type and the text is an object or a list. Otherwise text or base64. */
export function readableBody(
  body: unknown,
  contentType: string | undefined,
): Pick<MessageRecord, "body" | "bodyEncoding"> {
  if (!(body instanceof Uint8Array)) return { body: jsonValue(body) };
  const text = utf8Text(body);
  if (text === undefined) return { body: Buffer.from(body).toString("base64"), bodyEncoding: "base64" };
  const looksLikeJson = contentType === undefined ? /^\s*[[{]/.test(text) : isJsonType(contentType);
  const json = looksLikeJson ? parsedJson(text) : undefined;
  return { body: json ? json.value : text };
}

/** The content type of a body from the command line: JSON when it parses as JSON, otherwise plain text (RFC 8259, RFC 2046). */
export const contentTypeOf = (body: Uint8Array): string | undefined => {
  const text = utf8Text(body);
  if (text === undefined) return "application/octet-stream";
  return parsedJson(text) ? "application/json" : "text/plain";
};

const isJsonType = (contentType: string) => /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);

/** Text if all bytes are valid UTF-8: encoding the text again gives the same bytes. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Deeper JSON stays text. Serializing it would exhaust the stack, and one message would stop the reading of all. */
const deepest = 200;

function parsedJson(text: string): { readonly value: JsonValue } | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isShallow(value, deepest) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

/** Any AMQP value as JSON: binary as base64, dates as ISO strings, 64-bit numbers as text. */
function jsonValue(value: unknown, levels = deepest): JsonValue {
  if (levels === 0) return "(nested too deeply to be shown)";
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map((inner) => jsonValue(inner, levels - 1));
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonValue(inner, levels - 1)]));
  return String(value);
}
