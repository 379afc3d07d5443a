import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { BodySections } from "./amqp/bare-message.ts";
import { readableValue } from "./amqp/readable-value.ts";
import { withoutByteOrderMark } from "./byte-order-mark.ts";

/** The kind of AMQP section in which a body is; `none` when the message has no body at all. */
export type BodyType = BodySections["type"];

/** A body as its own bytes. A text or binary in an AMQP value is its content; any other value is its JSON. */
export function bytesOfBody(body: BodySections): Uint8Array {
  switch (body.type) {
    case "none":
      return Buffer.alloc(0);
    case "data":
      return body.sections.length === 1 && body.sections[0] ? body.sections[0] : Buffer.concat(body.sections);
    case "value": {
      if (body.value.type === "binary") return body.value.value;
      const { json } = readableValue(body.value);
      return Buffer.from(typeof json === "string" ? json : JSON.stringify(json));
    }
    case "sequence": {
      const lists = body.sections.map((section) => readableValue(section).json);
      return Buffer.from(JSON.stringify(lists.flat()));
    }
  }
}

export type EncodedBody = { readonly body: Uint8Array; readonly contentEncoding?: string | undefined };

/**
 * A body as text for a reader: decompressed, without the wrapping of .NET's DataContractSerializer, without a byte order mark.
 * Undefined when that is not UTF-8.
 */
export function textOfBody({ body, contentEncoding }: EncodedBody): string | undefined {
  const bytes = contentEncoding === undefined ? body : decompressed(body, contentEncoding);
  const text = utf8Text(unwrapped(bytes));
  return text === undefined ? undefined : withoutByteOrderMark(text);
}

/** Whether `textOfBody` only decodes UTF-8: the body is not compressed, not wrapped, and has no byte order mark. */
export const isPlainText = ({ body, contentEncoding }: EncodedBody): boolean =>
  contentEncoding === undefined && body[0] !== elementStart && body[0] !== 0xef;

/** Text if all bytes are valid UTF-8: encoding the text again gives the same bytes. A byte order mark is kept. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The longest decompressed body for a reader, in bytes. A small message can expand to gigabytes. */
const longestDecompressed = 16 * 1024 * 1024;

/** Content codings of HTTP (RFC 9110, 8.4.1), the last one first. The body itself when it is not what its coding says. */
function decompressed(body: Uint8Array, contentEncoding: string): Uint8Array {
  const codings = contentEncoding
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .reverse();
  try {
    return codings.reduce(decompress, body);
  } catch {
    return body;
  }
}

const limit = { maxOutputLength: longestDecompressed };

function decompress(bytes: Uint8Array, coding: string): Uint8Array {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return gunzipSync(bytes, limit);
    case "deflate":
      return inflate(bytes);
    case "br":
      return brotliDecompressSync(bytes, limit);
    default:
      return bytes;
  }
}

/** The coding is a zlib stream, but .NET's DeflateStream writes it without the zlib header. */
function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes, limit);
  } catch {
    return inflateRawSync(bytes, limit);
  }
}

const serializationNamespace = "http://schemas.microsoft.com/2003/10/Serialization/";
/** The record that starts an element with a short name ([MC-NBFX] 2.2.1). */
const elementStart = 0x40;
const elementStarts = ["string", "base64Binary"].map((name) =>
  Buffer.concat([
    Buffer.from([elementStart, name.length]),
    Buffer.from(name),
    Buffer.from([0x08, serializationNamespace.length]),
    Buffer.from(serializationNamespace),
  ]),
);
/** Text records by their code for the last one of an element, which is odd ([MC-NBFX] 2.2.3), with the bytes of their length. */
const textRecords: Readonly<Record<number, 0 | 1 | 2 | 4>> = {
  153: 1, // Chars8Text
  155: 2, // Chars16Text
  157: 4, // Chars32Text
  159: 1, // Bytes8Text
  161: 2, // Bytes16Text
  163: 4, // Bytes32Text
  169: 0, // EmptyText
};

/**
 * The content of a text or of bytes that the old clients for .NET serialized with DataContractSerializer as binary XML
 * ([MC-NBFX]): one element, whose text can be in several records. Any other body is returned unchanged.
 */
function unwrapped(body: Uint8Array): Uint8Array {
  if (body[0] !== elementStart) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const start = elementStarts.find((one) => bytes.subarray(0, one.length).equals(one));
  if (start === undefined) return body;
  const parts: Buffer[] = [];
  for (let at = start.length; at < bytes.length; ) {
    const code = bytes.readUInt8(at);
    // The end of an element that has no text in its last record.
    if (code === 1 && at === bytes.length - 1) return Buffer.concat(parts);
    const width = textRecords[code | 1];
    if (width === undefined || at + 1 + width > bytes.length) return body;
    const length = width === 0 ? 0 : bytes.readUIntLE(at + 1, width);
    const end = at + 1 + width + length;
    if (end > bytes.length) return body;
    parts.push(bytes.subarray(at + 1 + width, end));
    if (code % 2 === 1) return end === bytes.length ? Buffer.concat(parts) : body;
    at = end;
  }
  return body;
}
