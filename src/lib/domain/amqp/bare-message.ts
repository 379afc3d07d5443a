import { type AmqpValue, decodeValue, elementsOf, endOfValue, MalformedAmqp, mapElements } from "./amqp-value.ts";
import {
  encodeDescribed,
  encodedNull,
  encodeList,
  encodeMap,
  encodeSection,
  encodeString,
  encodeTimestamp,
} from "./encode-value.ts";

/** Numeric descriptors of the sections of a message, in the order in which they are sent (AMQP 1.0 part 3, 3.2). */
export const sectionCodes = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

const symbols: Readonly<Record<string, number>> = {
  "amqp:header:list": sectionCodes.header,
  "amqp:delivery-annotations:map": sectionCodes.deliveryAnnotations,
  "amqp:message-annotations:map": sectionCodes.messageAnnotations,
  "amqp:properties:list": sectionCodes.properties,
  "amqp:application-properties:map": sectionCodes.applicationProperties,
  "amqp:data:binary": sectionCodes.data,
  "amqp:amqp-sequence:list": sectionCodes.sequence,
  "amqp:amqp-value:*": sectionCodes.value,
  "amqp:footer:map": sectionCodes.footer,
};

/** Positions in the properties section (AMQP 1.0 part 3, 3.2.4). */
export const propertyFields = {
  messageId: 0,
  userId: 1,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  contentEncoding: 7,
  absoluteExpiryTime: 8,
  creationTime: 9,
  groupId: 10,
  groupSequence: 11,
  replyToGroupId: 12,
} as const;

type Section = { readonly code: number; readonly bytes: Buffer; readonly value: Buffer };

/** The sections of an encoded message. Throws MalformedAmqp. */
function sectionsOf(encoded: Buffer): readonly Section[] {
  const found: Section[] = [];
  for (let at = 0; at < encoded.length; ) {
    const start = startOfSection(encoded, at);
    const end = endOfValue(encoded, start);
    found.push({
      code: codeOf(encoded, at + 1),
      bytes: encoded.subarray(at, end),
      value: encoded.subarray(start, end),
    });
    at = end;
  }
  return found;
}

function codeOf(encoded: Buffer, at: number): number {
  // Nearly every sender writes the numeric descriptor in its short form.
  if (encoded[at] === 0x53) return encoded[at + 1] ?? 0;
  const { value } = decodeValue(encoded, at);
  return typeof value === "number" ? value : (symbols[String(value)] ?? 0);
}

/**
 * Where the bare message starts: behind the header and the annotations, which the broker writes. It has the properties, the
 * application properties and the body (AMQP 1.0 part 3, 3.2). Here the footer, which also comes from the sender, belongs to it.
 * Throws MalformedAmqp.
 */
export function startOfBareMessage(encoded: Buffer): number {
  let start = 0;
  while (start < encoded.length && encoded[start] === 0 && codeOf(encoded, start + 1) < sectionCodes.properties)
    start = endOfValue(encoded, start);
  return start;
}

/** The body, by the type of its sections. */
export type BodySections =
  | { readonly type: "data"; readonly sections: readonly Buffer[] }
  | { readonly type: "value"; readonly value: AmqpValue }
  | { readonly type: "sequence"; readonly sections: readonly AmqpValue[] }
  | { readonly type: "none" };

export type ParsedBareMessage = {
  /** The fields of the properties section by their positions. */
  readonly fields: readonly AmqpValue[];
  readonly applicationProperties: readonly (readonly [name: string, value: AmqpValue])[];
  readonly body: BodySections;
};

/** What the bytes of a bare message say. Throws MalformedAmqp. */
export function parseBareMessage(bare: Buffer): ParsedBareMessage {
  let fields: readonly AmqpValue[] = [];
  let applicationProperties: ParsedBareMessage["applicationProperties"] = [];
  const body = createBody();
  for (let at = 0; at < bare.length; ) {
    const start = startOfSection(bare, at);
    const end = endOfValue(bare, start);
    const code = codeOf(bare, at + 1);
    if (code === sectionCodes.properties) fields = mapElements(bare, start, valueIn(bare));
    else if (code === sectionCodes.applicationProperties) applicationProperties = namedValues(bare, start);
    else body.add(code, valueIn(bare)(start, end));
    at = end;
  }
  return { fields, applicationProperties, body: body.sections() };
}

/** Where the value of the section at this position starts. */
function startOfSection(encoded: Buffer, at: number): number {
  if (encoded[at] !== 0) throw new MalformedAmqp("a section of a message is expected");
  return endOfValue(encoded, at + 1);
}

/** A value that is malformed, or nested too deeply, is shown as its bytes. The rest of the message stays readable. */
const valueIn =
  (bytes: Buffer) =>
  (start: number, end: number): AmqpValue => {
    try {
      return decodeValue(bytes, start);
    } catch (error) {
      if (!(error instanceof MalformedAmqp)) throw error;
      return { type: "binary", value: bytes.subarray(start, end) };
    }
  };

function namedValues(bare: Buffer, at: number): ParsedBareMessage["applicationProperties"] {
  const values = mapElements(bare, at, valueIn(bare));
  return values.flatMap((key, index) => {
    const value = values[index + 1];
    return index % 2 === 0 && value !== undefined ? [[String(key.value), value] as const] : [];
  });
}

/** Body sections by their type. A footer and unknown sections are not part of the body. */
function createBody() {
  const data: Buffer[] = [];
  const sequences: AmqpValue[] = [];
  let single: AmqpValue | undefined;
  return {
    add: (code: number, value: AmqpValue): void => {
      if (code === sectionCodes.value) single ??= value;
      else if (code === sectionCodes.sequence) sequences.push(value);
      else if (code === sectionCodes.data) data.push(contentOf(value));
    },
    sections: (): BodySections => {
      if (single) return { type: "value", value: single };
      if (sequences.length > 0) return { type: "sequence", sections: sequences };
      return data.length > 0 ? { type: "data", sections: data } : { type: "none" };
    },
  };
}

function contentOf(value: AmqpValue): Buffer {
  if (value.type !== "binary") throw new MalformedAmqp("a data section has no binary");
  return value.value;
}

/** What changes in a copy of a bare message. Everything else keeps its bytes. */
export type BareMessageEdit = {
  readonly messageId?: string;
  /** Application properties to add, or to replace, as encoded values. */
  readonly set?: Readonly<Record<string, Uint8Array>>;
  readonly remove?: ReadonlySet<string>;
  /** Creation and expiry in milliseconds since 1970. `null` removes both, so that only the header's time to live counts. */
  readonly times?: { readonly creation: number; readonly expiry: number } | null;
};

/** The bare message with these changes. Throws MalformedAmqp. */
export function editBareMessage(bare: Buffer, edit: BareMessageEdit): Buffer {
  const sections = sectionsOf(bare);
  const find = (code: number) => sections.find((section) => section.code === code);
  const rest = sections.filter(
    ({ code }) => code !== sectionCodes.properties && code !== sectionCodes.applicationProperties,
  );
  return Buffer.concat([
    ...editProperties(find(sectionCodes.properties), edit),
    ...editApplicationProperties(find(sectionCodes.applicationProperties), edit),
    ...rest.map(({ bytes }) => bytes),
  ]);
}

function editProperties(section: Section | undefined, { messageId, times }: BareMessageEdit): readonly Buffer[] {
  if (messageId === undefined && times === undefined) return section ? [section.bytes] : [];
  const fields: Buffer[] = section ? [...elementsOf(section.value)] : [];
  const set = (position: number, encoded: Buffer) => {
    while (fields.length <= position) fields.push(encodedNull);
    fields[position] = encoded;
  };
  if (messageId !== undefined) set(propertyFields.messageId, encodeString(messageId));
  if (times) {
    set(propertyFields.absoluteExpiryTime, encodeTimestamp(times.expiry));
    set(propertyFields.creationTime, encodeTimestamp(times.creation));
  } else if (times === null && fields.length > propertyFields.absoluteExpiryTime) {
    set(propertyFields.absoluteExpiryTime, encodedNull);
    set(propertyFields.creationTime, encodedNull);
  }
  const short = section !== undefined && (section.value[0] ?? 0) < 0xd0;
  return [rebuilt(section, sectionCodes.properties, encodeList(fields, { short }))];
}

function editApplicationProperties(section: Section | undefined, edit: BareMessageEdit): readonly Buffer[] {
  const { set = {}, remove = new Set() } = edit;
  const names = Object.keys(set);
  if (names.length === 0 && remove.size === 0) return section ? [section.bytes] : [];
  const elements = section ? elementsOf(section.value) : [];
  const kept: Buffer[] = [];
  for (let index = 0; index + 1 < elements.length; index += 2) {
    const [key, value] = [elements[index], elements[index + 1]];
    if (key === undefined || value === undefined) continue;
    const name = String(decodeValue(key).value);
    if (!remove.has(name) && !Object.hasOwn(set, name)) kept.push(key, value);
  }
  if (section && names.length === 0 && kept.length === elements.length) return [section.bytes];
  const all = [...kept, ...Object.entries(set).flatMap(([name, value]) => [encodeString(name), Buffer.from(value)])];
  if (all.length === 0) return [];
  const short = section !== undefined && (section.value[0] ?? 0) < 0xd0;
  return [rebuilt(section, sectionCodes.applicationProperties, encodeMap(all, { short }))];
}

/** The section with its descriptor as the sender wrote it. */
function rebuilt(section: Section | undefined, code: number, value: Buffer): Buffer {
  if (section === undefined) return encodeSection(code, value);
  const descriptor = section.bytes.subarray(1, section.bytes.length - section.value.length);
  return encodeDescribed(descriptor, value);
}
