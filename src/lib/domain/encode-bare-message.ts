import { sectionCodes } from "./amqp/bare-message.ts";
import {
  binaryStart,
  encodeBinary,
  encodeDescribed,
  encodedNull,
  encodeList,
  encodeMap,
  encodeString,
  encodeSymbol,
  encodeTimestamp,
  encodeUuid,
  encodeValue,
  typeOfNumber,
} from "./amqp/encode-value.ts";
import { dateOffsetTicks, timespanTicks } from "./amqp/readable-value.ts";
import type { MessageContent, PropertyValue } from "./message.ts";
import type { IdType } from "./message-view.ts";
import type { TypedValue } from "./typed-value.ts";

/** The latest time of .NET, 9999-12-31, which is the latest time that Service Bus knows. */
const latestTime = 253_402_300_799_999;

/** The longest time to live that the header of a message can hold, in milliseconds: 49.7 days (AMQP 1.0 part 3, 3.2.1). */
export const longestInHeader = 2 ** 32 - 1;

/**
 * The bare message (AMQP 1.0 part 3, 3.2) with this content: the same bytes that the SDK for JavaScript sends. A time to live that
 * does not fit into the header counts from `now`, as creation time and absolute expiry time.
 */
export function encodeBareMessage(content: MessageContent, now: Date): Buffer {
  // The body is copied once only: it is nearly all of a message.
  return Buffer.concat([...bareHead(content, now), content.body]);
}

/** Whether the bare message with this content is these bytes. */
export function isBareMessageOf(bare: Uint8Array, content: MessageContent, now: Date): boolean {
  const bytes = Buffer.from(bare.buffer, bare.byteOffset, bare.length);
  let end = 0;
  // Part by part, without a copy: this runs for each message of a stream.
  for (const part of [...bareHead(content, now), content.body]) {
    const start = end;
    end += part.length;
    if (end > bytes.length || bytes.compare(part, 0, part.length, start, end) !== 0) return false;
  }
  return end === bytes.length;
}

/** All that is before the content of the body. */
function bareHead(content: MessageContent, now: Date): readonly Uint8Array[] {
  const parts: Uint8Array[] = [sectionStarts.properties, propertiesList(content, now)];
  const entries = Object.entries(content.properties ?? {});
  if (entries.length > 0)
    parts.push(
      sectionStarts.applicationProperties,
      encodeMap(entries.flatMap(([name, value]) => [encodeString(name), encodeProperty(value)])),
    );
  parts.push(sectionStarts.data, binaryStart(content.body.length));
  return parts;
}

const startOf = (code: number) => Buffer.from([0, 0x53, code]);
const sectionStarts = {
  properties: startOf(sectionCodes.properties),
  applicationProperties: startOf(sectionCodes.applicationProperties),
  data: startOf(sectionCodes.data),
};

function propertiesList(content: MessageContent, now: Date): Buffer {
  const { timeToLive } = content;
  const times = timesOf(timeToLive, now);
  const fields = [
    encodeId(content.messageId, content.messageIdType),
    encodedNull,
    orNull(content.to, encodeString),
    orNull(content.subject, encodeString),
    orNull(content.replyTo, encodeString),
    encodeId(content.correlationId, content.correlationIdType),
    orNull(content.contentType, encodeSymbol),
    orNull(content.contentEncoding, encodeSymbol),
    times ? encodeTimestamp(times.expiry) : encodedNull,
    times ? encodeTimestamp(times.creation) : encodedNull,
    orNull(content.sessionId, encodeString),
    encodedNull,
    orNull(content.replyToSessionId, encodeString),
  ];
  const used = fields.findLastIndex((field) => field !== encodedNull) + 1;
  return used === 0 ? emptyList : encodeList(fields.slice(0, used));
}

const emptyList = Buffer.from([0x45]);

/** The times of a message that must live longer than the header can say. */
export const timesOf = (timeToLive: number | undefined, now: Date) =>
  timeToLive === undefined || timeToLive <= longestInHeader
    ? undefined
    : { creation: now.getTime(), expiry: Math.min(now.getTime() + timeToLive, latestTime) };

const orNull = (text: string | undefined, encode: (text: string) => Buffer) =>
  text === undefined ? encodedNull : encode(text);

function encodeId(id: string | undefined, type: IdType | undefined): Buffer {
  if (id === undefined) return encodedNull;
  switch (type) {
    case undefined:
      return encodeString(id);
    case "uuid":
      return encodeUuid(id);
    case "ulong":
      return encodeValue({ type: "ulong", value: BigInt(id) });
    case "binary":
      return encodeBinary(Buffer.from(id, "base64"));
  }
}

/** Properties as they are added to a copy. */
export const encodeProperties = (properties: Readonly<Record<string, PropertyValue>>): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, encodeProperty(value)]));

/** A property in the AMQP type that it names, or in the type that the SDK for JavaScript selects. */
export function encodeProperty(value: PropertyValue): Buffer {
  if (value === null) return encodedNull;
  if (value instanceof Date) return encodeTimestamp(value.getTime());
  if (value instanceof Uint8Array) return encodeBinary(value);
  switch (typeof value) {
    case "string":
      return encodeString(value);
    case "boolean":
      return encodeValue({ type: "boolean", value });
    case "number":
      return encodeValue({ type: typeOfNumber(value), value });
    default:
      return encodeTyped(value);
  }
}

function encodeTyped({ type, value }: TypedValue): Buffer {
  switch (type) {
    case "float":
    case "double":
      return encodeValue({ type, value: Number(value) });
    case "uuid":
    case "char":
    case "symbol":
      return encodeValue({ type, value });
    case "timespan":
      return describedLong("com.microsoft:timespan", timespanTicks(value));
    case "datetime-offset":
      return describedLong("com.microsoft:datetime-offset", dateOffsetTicks(value));
    case "uri":
      return encodeDescribed(encodeSymbol("com.microsoft:uri"), encodeString(value));
    default:
      return encodeValue({ type, value: BigInt(value) });
  }
}

const describedLong = (descriptor: string, ticks = 0n) =>
  encodeDescribed(encodeSymbol(descriptor), encodeValue({ type: "long", value: ticks }));
