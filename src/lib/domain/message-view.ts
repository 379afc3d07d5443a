import { type AmqpValue, MalformedAmqp } from "./amqp/amqp-value.ts";
import {
  type BareMessageEdit,
  editBareMessage,
  type ParsedBareMessage,
  parseBareMessage,
  propertyFields,
} from "./amqp/bare-message.ts";
import { dotnetTypes, readableValue } from "./amqp/readable-value.ts";
import { type BodyType, bytesOfBody } from "./message-body.ts";

/** The types of message and correlation ids that are not text (AMQP 1.0 part 3, 3.2.11 to 3.2.14). */
export type IdType = "uuid" | "ulong" | "binary";

/** What the bytes of a bare message say, for conditions and for readers. */
export type MessageView = {
  /** A uuid in lower case, a ulong in digits, binary as base64. */
  readonly messageId: string | undefined;
  /** Undefined for text. */
  readonly messageIdType: IdType | undefined;
  readonly correlationId: string | undefined;
  readonly correlationIdType: IdType | undefined;
  readonly subject: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly sessionId: string | undefined;
  readonly replyTo: string | undefined;
  readonly replyToSessionId: string | undefined;
  readonly to: string | undefined;
  /** Milliseconds between the creation and the expiry that the sender wrote. */
  readonly lifetime: number | undefined;
  /** Application properties with values of JavaScript; see `plainValue`. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The bytes of the body; see `bytesOfBody`. */
  readonly body: Uint8Array;
  readonly bodyType: BodyType;
  /** The values with their AMQP types. */
  readonly parsed: ParsedBareMessage;
};

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A copy of the message with these changes. A malformed message is copied without a change. */
export function editedMessage(bare: Uint8Array, edit: BareMessageEdit): Buffer {
  try {
    return editBareMessage(bufferOf(bare), edit);
  } catch (error) {
    if (!(error instanceof MalformedAmqp)) throw error;
    return bufferOf(bare);
  }
}

/** The parsed message. A malformed one is only a body, so that it can still be read and moved. */
export function parseOrKeep(bare: Buffer): ParsedBareMessage {
  try {
    return parseBareMessage(bare);
  } catch (error) {
    if (!(error instanceof MalformedAmqp)) throw error;
    return { fields: [], applicationProperties: [], body: { type: "data", sections: [bare] } };
  }
}

export const viewMessage = (bare: Uint8Array): MessageView => viewOf(parseOrKeep(bufferOf(bare)));

export function viewOf(parsed: ParsedBareMessage): MessageView {
  const { fields, applicationProperties, body } = parsed;
  const text = (position: number) => textOf(fields[position]);
  const messageId = fields[propertyFields.messageId];
  const correlationId = fields[propertyFields.correlationId];
  return {
    messageId: textOf(messageId),
    messageIdType: idTypeOf(messageId),
    correlationId: textOf(correlationId),
    correlationIdType: idTypeOf(correlationId),
    subject: text(propertyFields.subject),
    contentType: text(propertyFields.contentType),
    contentEncoding: text(propertyFields.contentEncoding),
    sessionId: text(propertyFields.groupId),
    replyTo: text(propertyFields.replyTo),
    replyToSessionId: text(propertyFields.replyToGroupId),
    to: text(propertyFields.to),
    lifetime: lifetimeOf(fields[propertyFields.creationTime], fields[propertyFields.absoluteExpiryTime]),
    properties: Object.fromEntries(applicationProperties.map(([name, value]) => [name, plainValue(value)])),
    body: bytesOfBody(body),
    bodyType: body.type,
    parsed,
  };
}

/** A field as text; undefined when it is absent. */
export function textOf(value: AmqpValue | undefined): string | undefined {
  if (value === undefined || value.type === "null") return undefined;
  if (value.type === "string" || value.type === "symbol") return value.value;
  const { json } = readableValue(value);
  return typeof json === "string" ? json : JSON.stringify(json);
}

const idTypeOf = (value: AmqpValue | undefined): IdType | undefined =>
  value?.type === "uuid" || value?.type === "ulong" || value?.type === "binary" ? value.type : undefined;

function lifetimeOf(creation: AmqpValue | undefined, expiry: AmqpValue | undefined): number | undefined {
  if (creation?.type !== "timestamp" || expiry?.type !== "timestamp") return undefined;
  const milliseconds = Number(expiry.value) - Number(creation.value);
  return milliseconds > 0 ? milliseconds : undefined;
}

/**
 * A value as JavaScript and CEL have it: times are dates, binary is bytes, whole numbers that a double cannot represent are
 * `bigint`, decimals are doubles. Values without such a type are text, as in a record.
 */
export function plainValue(amqp: AmqpValue): unknown {
  const { type, value } = amqp;
  switch (type) {
    case "timestamp":
      return new Date(Number(value));
    case "list":
    case "array":
      return value.map(plainValue);
    case "map":
      return Object.fromEntries(value.map(([key, inner]) => [String(readableValue(key).json), plainValue(inner)]));
    case "decimal32":
    case "decimal64":
    case "decimal128":
      return Number(readableValue(amqp).json);
    case "described": {
      const { json, type: name } = readableValue(amqp);
      if (name === "datetime-offset") return new Date(String(json));
      return Object.values(dotnetTypes).some((known) => known === name) ? json : plainValue(value);
    }
    default:
      return value;
  }
}
