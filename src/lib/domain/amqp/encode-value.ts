import type { AmqpValue, WholeType } from "./amqp-value.ts";

/*
 * Encoders for AMQP 1.0 values (AMQP 1.0 part 1, 1.6). Each returns a whole value with its format code. They select the same codes
 * as the SDK for JavaScript, so that most messages are the same bytes when they are encoded again.
 */

export const encodedNull: Buffer = Buffer.from([0x40]);

function fixed(code: number, width: number, write: (content: Buffer) => void): Buffer {
  const bytes = Buffer.allocUnsafe(1 + width);
  bytes[0] = code;
  write(bytes.subarray(1));
  return bytes;
}

/** Format code, and length in one byte or in four, in front of this many bytes of content. `extra` bytes are left free. */
function variableStart(code: number, length: number, extra = 0): Buffer {
  const isShort = length < 256;
  const bytes = Buffer.allocUnsafe((isShort ? 2 : 5) + extra);
  bytes[0] = isShort ? code : code + 0x10;
  if (isShort) bytes[1] = length;
  else bytes.writeUInt32BE(length, 1);
  return bytes;
}

function variable(code: number, content: Uint8Array): Buffer {
  const bytes = variableStart(code, content.length, content.length);
  bytes.set(content, bytes.length - content.length);
  return bytes;
}

function variableText(code: number, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = variableStart(code, length, length);
  bytes.write(text, bytes.length - length);
  return bytes;
}

function collection(code: number, elements: readonly Uint8Array[]): Buffer {
  const isShort = code < 0xd0;
  const head = Buffer.allocUnsafe(isShort ? 3 : 9);
  head[0] = code;
  const length = elements.reduce((sum, one) => sum + one.length, 0);
  if (isShort) {
    head[1] = length + 1;
    head[2] = elements.length;
  } else {
    head.writeUInt32BE(length + 4, 1);
    head.writeUInt32BE(elements.length, 5);
  }
  return Buffer.concat([head, ...elements], head.length + length);
}

const fitsShort = (elements: readonly Uint8Array[]) =>
  elements.length < 256 && elements.reduce((sum, one) => sum + one.length, 1) < 256;

export const encodeString = (text: string): Buffer => variableText(0xa1, text);
export const encodeSymbol = (text: string): Buffer => variableText(0xa3, text);
/** What is in front of the content of a binary value. */
export const binaryStart = (length: number): Buffer => variableStart(0xa0, length);
export const encodeBinary = (content: Uint8Array): Buffer => variable(0xa0, content);
export const encodeUuid = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x98]), Buffer.from(text.replaceAll("-", ""), "hex")]);
/** Milliseconds since 1970. */
export const encodeTimestamp = (time: number | bigint): Buffer =>
  fixed(0x83, 8, (content) => content.writeBigInt64BE(BigInt(time)));

/** `short` keeps the form with lengths of one byte where the content fits. */
export const encodeList = (elements: readonly Uint8Array[], { short = false } = {}): Buffer =>
  collection(short && fitsShort(elements) ? 0xc0 : 0xd0, elements);
/** Keys and values alternate. */
export const encodeMap = (elements: readonly Uint8Array[], { short = false } = {}): Buffer =>
  collection(short && fitsShort(elements) ? 0xc1 : 0xd1, elements);

export const encodeDescribed = (descriptor: Uint8Array, value: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0]), descriptor, value]);

/** A section of a message, by its numeric descriptor (AMQP 1.0 part 3, 3.2). */
export const encodeSection = (code: number, value: Uint8Array): Buffer =>
  encodeDescribed(Buffer.from([0x53, code]), value);

/** A double or the whole number that fits best: the type that the SDK for JavaScript selects. */
export function typeOfNumber(value: number): WholeType | "double" {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return "double";
  if (value > 0) return value < 2 ** 32 ? "uint" : "ulong";
  return value > -(2 ** 31 - 1) ? "int" : "long";
}

/** A value of a simple type. Lists, maps, arrays and decimals travel as bytes only. */
export function encodeValue({ type, value }: Exclude<AmqpValue, { readonly type: UnencodedType }>): Buffer {
  switch (type) {
    case "null":
      return encodedNull;
    case "boolean":
      return Buffer.from([value ? 0x41 : 0x42]);
    case "ubyte":
      return fixed(0x50, 1, (content) => content.writeUInt8(Number(value)));
    case "byte":
      return fixed(0x51, 1, (content) => content.writeInt8(Number(value)));
    case "ushort":
      return fixed(0x60, 2, (content) => content.writeUInt16BE(Number(value)));
    case "short":
      return fixed(0x61, 2, (content) => content.writeInt16BE(Number(value)));
    case "uint":
      if (value === 0) return Buffer.from([0x43]);
      if (value < 256) return Buffer.from([0x52, Number(value)]);
      return fixed(0x70, 4, (content) => content.writeUInt32BE(Number(value)));
    case "int":
      if (value >= -128 && value < 128) return fixed(0x54, 1, (content) => content.writeInt8(Number(value)));
      return fixed(0x71, 4, (content) => content.writeInt32BE(Number(value)));
    case "ulong":
      if (value === 0) return Buffer.from([0x44]);
      if (value < 256) return Buffer.from([0x53, Number(value)]);
      return fixed(0x80, 8, (content) => content.writeBigUInt64BE(BigInt(value)));
    case "long":
      if (value >= -128 && value < 128) return fixed(0x55, 1, (content) => content.writeInt8(Number(value)));
      return fixed(0x81, 8, (content) => content.writeBigInt64BE(BigInt(value)));
    case "timestamp":
      return encodeTimestamp(value);
    case "float":
      return fixed(0x72, 4, (content) => content.writeFloatBE(value));
    case "double":
      return fixed(0x82, 8, (content) => content.writeDoubleBE(value));
    case "char":
      return fixed(0x73, 4, (content) => content.writeUInt32BE(value.codePointAt(0) ?? 0));
    case "uuid":
      return encodeUuid(value);
    case "string":
      return encodeString(value);
    case "symbol":
      return encodeSymbol(value);
    case "binary":
      return encodeBinary(value);
  }
}

type UnencodedType = "list" | "map" | "array" | "described" | "decimal32" | "decimal64" | "decimal128";
