import { parseExactJson } from "./json-text.ts";
import type { Incoming } from "./message.ts";
import { type EncodedBody, textOfBody, utf8Text } from "./message-body.ts";
import { addContent, addFields, type MessageLine, type Writable } from "./message-line.ts";
import { traceOf } from "./trace-context.ts";

/** A message in a record, for people and for `--json`: the line that `send --ndjson` accepts, and its delivery. */
export type MessageRecord = MessageLine & {
  /** The trace that its properties name. */
  readonly traceId?: string;
  readonly sequenceNumber: string;
  readonly enqueuedAt: string;
  readonly deliveryCount: number;
  readonly properties: NonNullable<MessageLine["properties"]>;
};

export const messageRecord = (message: Incoming): MessageRecord => addMessage({}, message);

/** Adds a message to a record that begins with other fields. Nothing is copied, because this runs for each message of a stream. */
export function addMessage<Before extends object>(before: Before, message: Incoming): Before & MessageRecord {
  const record: Before & Writable<Partial<MessageRecord>> = before;
  addFields(record, message);
  const trace = traceOf(message.properties);
  if (trace !== undefined) record.traceId = trace.traceId;
  record.sequenceNumber = String(message.sequenceNumber);
  record.enqueuedAt = message.enqueuedAt.toISOString();
  record.deliveryCount = message.deliveryCount;
  record.properties = {};
  return addContent(record, message) as Before & MessageRecord;
}

type ReadBody = EncodedBody & { readonly contentType?: string | undefined };

/**
 * A body for conditions and templates: JSON when the content type says so, or when there is no content type and the text is an object or
 * a list. Otherwise text, or base64. Whole numbers that a double cannot represent are `bigint`.
 */
export function readBody(message: ReadBody): unknown {
  const text = textOfBody(message);
  if (text === undefined) return Buffer.from(message.body).toString("base64");
  const json = isJsonBody(text, message.contentType) ? parsedJson(text) : undefined;
  return json ? json.value : text;
}

const isJsonBody = (text: string, contentType: string | undefined): boolean =>
  contentType === undefined ? /^\s*[[{]/.test(text) : isJsonType(contentType);

/** The content type of a body from the command line: JSON when it parses as JSON, otherwise plain text (RFC 8259, RFC 2046). */
export const contentTypeOf = (body: Uint8Array): string | undefined => {
  const text = utf8Text(body);
  if (text === undefined) return "application/octet-stream";
  return parsedJson(text) ? "application/json" : "text/plain";
};

const isJsonType = (contentType: string) => /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);

/** Deeper JSON stays text. Reading it would exhaust the stack, and one message would stop the reading of all. */
const deepest = 200;

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value = parseExactJson(text);
    return isShallow(value, deepest) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));
