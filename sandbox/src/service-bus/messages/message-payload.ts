import { randomUUID } from "node:crypto";
import type { NewMessage } from "../queues/stored-message.ts";
import { type AmqpValue, decodeValue, listElements, MalformedAmqp, type MapEntry, mapEntries } from "./amqp-decode.ts";
import { encodeDescribed, encodeList, encodeMap, encodeNull, encodeString, encodeSymbol } from "./amqp-encode.ts";
import { type Section, scanSections, sectionCodes } from "./sections.ts";

/** A message as it is kept: raw sections, so that every AMQP type comes out as it came in. */
export type MessagePayload = {
  /** Header fields durable, priority, ttl and first-acquirer, encoded. */
  readonly header: readonly Buffer[];
  /** The sender's delivery annotations. Absent in data files of earlier versions. */
  readonly deliveryAnnotations?: readonly MapEntry[];
  /** The sender's annotations, without those that only the broker sets. */
  readonly annotations: readonly MapEntry[];
  /** The properties section, which always has a message id. */
  readonly properties: Buffer;
  readonly applicationProperties: Buffer | undefined;
  /** Body and footer. */
  readonly body: Buffer;
};

/** Annotations of the broker's own; a sender cannot set them. */
const brokerAnnotations: ReadonlySet<string> = new Set([
  "x-opt-sequence-number",
  "x-opt-enqueue-sequence-number",
  "x-opt-enqueued-time",
  "x-opt-locked-until",
  "x-opt-message-state",
  "x-opt-deadletter-source",
]);

/** The delivery annotation that bears the lock of a message. */
export const lockTokenAnnotation = "x-opt-lock-token";

/** Positions in the properties list (AMQP 1.0 §3.2.4). */
const messageIdField = 0;
const absoluteExpiryField = 8;
const creationTimeField = 9;
const groupIdField = 10;

/** Reads one encoded message. Throws `MalformedAmqp`. */
export function parseMessage(encoded: Buffer): NewMessage<MessagePayload> {
  const sections = scanSections(encoded);
  const find = (code: number) => sections.find((section) => section.code === code);
  const header = elementsOf(find(sectionCodes.header));
  const annotations = entriesOf(find(sectionCodes.messageAnnotations));
  const properties = elementsOf(find(sectionCodes.properties));
  const applicationProperties = find(sectionCodes.applicationProperties);
  if (applicationProperties) mapEntries(applicationProperties.value);
  const sessionId = field(properties, groupIdField);
  return {
    sizeBytes: encoded.length,
    timeToLive: timeToLive(header, properties),
    scheduledFor: scheduledFor(annotations),
    sessionId: typeof sessionId === "string" ? sessionId : undefined,
    messageId: messageId(properties[messageIdField]),
    payload: {
      header: header.slice(0, 4),
      deliveryAnnotations: entriesOf(find(sectionCodes.deliveryAnnotations)).filter(
        ({ key }) => key !== lockTokenAnnotation,
      ),
      annotations: annotations.filter(({ key }) => !brokerAnnotations.has(key)),
      properties: withMessageId(find(sectionCodes.properties), properties),
      applicationProperties: applicationProperties?.bytes,
      body: Buffer.concat(sections.filter(({ code }) => code >= sectionCodes.data).map(({ bytes }) => bytes)),
    },
  };
}

/** The messages in a batch: each data section holds an encoded one (message format 0x80013700). Throws `MalformedAmqp`. */
export const parseBatch = (encoded: Buffer): NewMessage<MessagePayload>[] =>
  scanSections(encoded)
    .filter(({ code }) => code === sectionCodes.data)
    .map(({ value }) => {
      const inner = decodeValue(value);
      if (!Buffer.isBuffer(inner)) throw new MalformedAmqp("a data section holds no binary");
      return parseMessage(inner);
    });

/** The payload with these application properties set; values are encoded. */
export function withApplicationProperties(payload: MessagePayload, changes: readonly MapEntry[]): MessagePayload {
  if (changes.length === 0) return payload;
  const changed = new Set(changes.map(({ key }) => key));
  const [section] = payload.applicationProperties ? scanSections(payload.applicationProperties) : [];
  const kept = entriesOf(section).filter(({ key }) => !changed.has(key));
  const pairs = [...kept, ...changes].flatMap(({ key, value }) => [encodeString(key), value]);
  return {
    ...payload,
    applicationProperties: encodeDescribed(sectionCodes.applicationProperties, encodeMap(pairs)),
  };
}

const encodedKeys = new Map([...brokerAnnotations].map((key) => [key, encodeSymbol(key)]));

export const encodeAnnotations = (entries: readonly MapEntry[]) =>
  encodeDescribed(
    sectionCodes.messageAnnotations,
    encodeMap(entries.flatMap(({ key, value }) => [encodedKeys.get(key) ?? encodeSymbol(key), value])),
  );

const elementsOf = (section: Section | undefined) => (section ? listElements(section.value) : []);
const entriesOf = (section: Section | undefined) => (section ? mapEntries(section.value) : []);

function field(elements: readonly Buffer[], index: number): AmqpValue | undefined {
  const element = elements[index];
  return element && decodeValue(element);
}

/** Every message has an id. Service Bus sets one when the sender did not. */
function withMessageId(section: Section | undefined, elements: readonly Buffer[]) {
  const given = field(elements, messageIdField);
  if (section && given !== undefined && given !== null) return section.bytes;
  const id = encodeString(randomUUID().replaceAll("-", ""));
  return encodeDescribed(sectionCodes.properties, encodeList([id, ...elements.slice(1)]));
}

/** An id may be a string, a number, a UUID or binary (AMQP 1.0 §3.2.11); ids of different types are different. */
function messageId(encoded: Buffer | undefined) {
  const value = encoded && decodeValue(encoded);
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : `\0${encoded?.toString("hex")}`;
}

/** From the header's ttl, or from the two times of the properties when a longer life does not fit into the header. */
function timeToLive(header: readonly Buffer[], properties: readonly Buffer[]) {
  const ttl = field(header, 2);
  if (typeof ttl === "number") return ttl;
  const [expiry, creation] = [field(properties, absoluteExpiryField), field(properties, creationTimeField)];
  return expiry instanceof Date && creation instanceof Date ? expiry.getTime() - creation.getTime() : undefined;
}

function scheduledFor(annotations: readonly MapEntry[]) {
  const entry = annotations.find(({ key }) => key === "x-opt-scheduled-enqueue-time");
  const time = entry && decodeValue(entry.value);
  return time instanceof Date ? time.getTime() : undefined;
}

/** A header with the sender's fields, and the broker's delivery count. */
export const encodeHeader = (header: readonly Buffer[], deliveryCount: Buffer) => {
  const fields = Array.from({ length: 4 }, (_, index) => header[index] ?? encodeNull());
  return encodeDescribed(sectionCodes.header, encodeList([...fields, deliveryCount]));
};

/** The payload without the sections of its body; a footer stays. */
export const withoutBody = (payload: MessagePayload): MessagePayload => ({
  ...payload,
  body: Buffer.concat(
    scanSections(payload.body)
      .filter(({ code }) => code === sectionCodes.footer)
      .map(({ bytes }) => bytes),
  ),
});
