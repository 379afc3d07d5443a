import type { Buffer } from "node:buffer";
import { sectionCodes } from "../../domain/amqp/bare-message.ts";

/** What is used of what the broker writes before the bare message, with the values that rhea gives them. */
export type MessageHead = {
  ttl?: number | undefined;
  /** 0 without a header (AMQP 1.0 part 3, 3.2.1). */
  delivery_count: number;
  message_annotations?: Record<string, unknown>;
};

/** Positions in the header section (AMQP 1.0 part 3, 3.2.1). */
const headerFields = { ttl: 2, deliveryCount: 4 } as const;

/** Where the next value starts. Buffer's functions throw beyond the end. */
type Reader = { readonly bytes: Buffer; at: number };

class Unusual extends Error {}

/**
 * The head of a message as Service Bus writes it: a header, delivery annotations, and annotations with simple values. Undefined for
 * anything else, which is for rhea to decode and to report. rhea makes an object for each type, value and section.
 */
export function decodeHead(head: Buffer): MessageHead | undefined {
  try {
    const found: MessageHead = { delivery_count: 0 };
    const reader = { bytes: head, at: 0 };
    while (reader.at < head.length) readSection(found, reader);
    return found;
  } catch {
    return undefined;
  }
}

function readSection(found: MessageHead, reader: Reader): void {
  const { bytes, at } = reader;
  // A described value whose descriptor is a small ulong, which is how the broker writes it.
  if (bytes[at] !== 0 || bytes[at + 1] !== 0x53) throw new Unusual();
  const code = bytes[at + 2];
  reader.at += 3;
  if (code === sectionCodes.header) readHeader(found, reader);
  else if (code === sectionCodes.deliveryAnnotations) skipDeliveryAnnotations(reader);
  else if (code === sectionCodes.messageAnnotations) found.message_annotations = readAnnotations(reader);
  else throw new Unusual();
}

function readHeader(found: MessageHead, reader: Reader): void {
  const { count, end } = readCollection(reader, 0xc0, 0xd0);
  for (let field = 0; field < count; field++) {
    const value = readSimple(reader);
    if (field === headerFields.ttl && typeof value === "number") found.ttl = value;
    if (field === headerFields.deliveryCount && typeof value === "number") found.delivery_count = value;
  }
  if (reader.at !== end) throw new Unusual();
}

/** They hold the lock token, which is also the delivery's tag. */
function skipDeliveryAnnotations(reader: Reader): void {
  const { end } = readCollection(reader, 0xc1, 0xd1);
  if (end > reader.bytes.length) throw new Unusual();
  reader.at = end;
}

function readAnnotations(reader: Reader): Record<string, unknown> {
  const { count, end } = readCollection(reader, 0xc1, 0xd1);
  if (count % 2 === 1) throw new Unusual();
  const annotations: Record<string, unknown> = {};
  for (let read = 0; read < count; read += 2) {
    const name = readSimple(reader);
    if (typeof name !== "string" || name === "__proto__") throw new Unusual();
    annotations[name] = readSimple(reader);
  }
  if (reader.at !== end) throw new Unusual();
  return annotations;
}

/** The start of a list or a map, with its short or its long format code. */
function readCollection(reader: Reader, short: number, long: number): { readonly count: number; readonly end: number } {
  const { bytes, at } = reader;
  const code = bytes.readUInt8(at);
  if (code === short) {
    reader.at = at + 3;
    return { count: bytes.readUInt8(at + 2), end: at + 2 + bytes.readUInt8(at + 1) };
  }
  if (code !== long) throw new Unusual();
  reader.at = at + 9;
  return { count: bytes.readUInt32BE(at + 5), end: at + 5 + bytes.readUInt32BE(at + 1) };
}

/** As rhea reads it: a whole number that JavaScript cannot hold is its eight bytes, and a time is a Date. */
function readSimple(reader: Reader): unknown {
  const { bytes } = reader;
  const code = bytes.readUInt8(reader.at);
  const at = reader.at + 1;
  reader.at = at;
  switch (code) {
    case 0x40:
      return null;
    case 0x41:
      return true;
    case 0x42:
      return false;
    case 0x43:
    case 0x44:
      return 0;
    case 0x50:
    case 0x52:
    case 0x53:
      reader.at = at + 1;
      return bytes.readUInt8(at);
    case 0x51:
    case 0x54:
    case 0x55:
      reader.at = at + 1;
      return bytes.readInt8(at);
    case 0x70:
      reader.at = at + 4;
      return bytes.readUInt32BE(at);
    case 0x71:
      reader.at = at + 4;
      return bytes.readInt32BE(at);
    case 0x81:
      return readLong(reader);
    case 0x83:
      return new Date(Number(readLong(reader)));
    case 0xa1:
    case 0xa3:
      return readText(reader, at + 1, bytes.readUInt8(at));
    case 0xb1:
    case 0xb3:
      return readText(reader, at + 4, bytes.readUInt32BE(at));
    default:
      throw new Unusual();
  }
}

function readLong(reader: Reader): number | Buffer {
  const { bytes, at } = reader;
  const high = bytes.readInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  reader.at = at + 8;
  const isExact = high > -0x20_0001 && high < 0x20_0001;
  return isExact ? high * 2 ** 32 + low : bytes.subarray(at, at + 8);
}

function readText(reader: Reader, start: number, length: number): string {
  const end = start + length;
  if (end > reader.bytes.length) throw new Unusual();
  reader.at = end;
  return reader.bytes.toString("utf8", start, end);
}
