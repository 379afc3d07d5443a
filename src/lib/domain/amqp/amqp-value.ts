/**
 * A value with its AMQP type (AMQP 1.0 part 1, 1.6). Whole numbers are `bigint` where a `number` is not exact. A timestamp is in
 * milliseconds since 1970. A uuid is text in lower case. A decimal is its bytes.
 */
export type AmqpValue =
  | { readonly type: "null"; readonly value: null }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: WholeType | "timestamp"; readonly value: number | bigint }
  | { readonly type: "float" | "double"; readonly value: number }
  | { readonly type: "decimal32" | "decimal64" | "decimal128"; readonly value: Buffer }
  | { readonly type: "binary"; readonly value: Buffer }
  | { readonly type: "char" | "uuid" | "string" | "symbol"; readonly value: string }
  | { readonly type: "list" | "array"; readonly value: readonly AmqpValue[] }
  | { readonly type: "map"; readonly value: readonly (readonly [key: AmqpValue, value: AmqpValue])[] }
  | { readonly type: "described"; readonly descriptor: AmqpValue; readonly value: AmqpValue };

export type WholeType = "ubyte" | "ushort" | "uint" | "ulong" | "byte" | "short" | "int" | "long";

/** Bytes that are not a well-formed AMQP value. */
export class MalformedAmqp extends Error {
  override readonly name = "MalformedAmqp";
}

/** Elements that an array of values without bytes (null, true, 0) may claim, beyond one for each byte of the array. */
export const mostEmptyElements = 256;

/** How deep described values and collections may be nested. Deeper ones would exhaust the stack. */
const deepest = 100;

/**
 * Bytes of a value of fixed width, or of the size of the others, by the upper half of the format code (AMQP 1.0 part 1, 1.2). The
 * codes below 0x40 are not assigned, except 0x00, which starts a described value.
 */
const widths = [-1, -1, -1, -1, 0, 1, 2, 4, 8, 16, 1, 4, 1, 4, 1, 4] as const;

/** The position after the value that starts at `at`. Throws MalformedAmqp. */
export function endOfValue(bytes: Buffer, at: number, depth = 0): number {
  const code = codeAt(bytes, at);
  if (code !== 0) return endOfContent(bytes, at + 1, code);
  requireDepth(depth);
  return endOfValue(bytes, endOfValue(bytes, at + 1, depth + 1), depth + 1);
}

/** The value that starts at `at`. Throws MalformedAmqp. */
export function decodeValue(bytes: Buffer, at = 0, depth = 0): AmqpValue {
  requireDepth(depth);
  const code = codeAt(bytes, at);
  if (code !== 0) return decodeContent(bytes, at + 1, code, depth);
  const descriptor = decodeValue(bytes, at + 1, depth + 1);
  return { type: "described", descriptor, value: decodeValue(bytes, endOfValue(bytes, at + 1), depth + 1) };
}

/** A collection's elements; a map's keys and values alternate. Each is the bytes of a whole value. Throws MalformedAmqp. */
export const elementsOf = (bytes: Buffer, at = 0): readonly Buffer[] =>
  mapElements(bytes, at, (start, end) => bytes.subarray(start, end));

/** The same with a function of each element's position: a buffer for each would cost more than the decoding. */
export function mapElements<T>(bytes: Buffer, at: number, map: (start: number, end: number) => T): readonly T[] {
  const code = codeAt(bytes, at);
  const end = endOfContent(bytes, at + 1, code);
  if (code === 0x45) return [];
  if (code !== 0xc0 && code !== 0xc1 && code !== 0xd0 && code !== 0xd1) throw malformed("a list or a map is expected");
  const width = widths[code >> 4] ?? 0;
  const count = unsigned(bytes, at + 1 + width, width);
  const found: T[] = [];
  for (let start = at + 1 + 2 * width; found.length < count; ) {
    const next = endOfValue(bytes, start);
    if (next > end) throw malformed("an element is longer than its collection");
    found.push(map(start, next));
    start = next;
  }
  return found;
}

const malformed = (why: string) => new MalformedAmqp(why);

function requireDepth(depth: number): void {
  if (depth > deepest) throw malformed("values are nested too deeply");
}

function codeAt(bytes: Buffer, at: number): number {
  const code = bytes[at];
  if (code === undefined) throw malformed("a value ends too early");
  return code;
}

function unsigned(bytes: Buffer, at: number, width: number): number {
  if (at + width > bytes.length) throw malformed("a value ends too early");
  return width === 1 ? bytes.readUInt8(at) : bytes.readUInt32BE(at);
}

function endOfContent(bytes: Buffer, at: number, code: number): number {
  const width = widths[code >> 4] ?? -1;
  if (width < 0) throw malformed(`there is no type 0x${code.toString(16)}`);
  const end = at + width + (code >= 0xa0 ? unsigned(bytes, at, width) : 0);
  if (end > bytes.length) throw malformed("a value ends too early");
  return end;
}

const utf8 = (bytes: Buffer, start: number, end: number) => bytes.toString("utf8", start, end);

function decodeContent(bytes: Buffer, at: number, code: number, depth: number): AmqpValue {
  const end = endOfContent(bytes, at, code);
  switch (code) {
    case 0x40:
      return { type: "null", value: null };
    case 0x41:
      return { type: "boolean", value: true };
    case 0x42:
      return { type: "boolean", value: false };
    case 0x56:
      return { type: "boolean", value: bytes[at] !== 0 };
    case 0x50:
      return { type: "ubyte", value: bytes.readUInt8(at) };
    case 0x51:
      return { type: "byte", value: bytes.readInt8(at) };
    case 0x60:
      return { type: "ushort", value: bytes.readUInt16BE(at) };
    case 0x61:
      return { type: "short", value: bytes.readInt16BE(at) };
    case 0x43:
      return { type: "uint", value: 0 };
    case 0x52:
      return { type: "uint", value: bytes.readUInt8(at) };
    case 0x70:
      return { type: "uint", value: bytes.readUInt32BE(at) };
    case 0x54:
      return { type: "int", value: bytes.readInt8(at) };
    case 0x71:
      return { type: "int", value: bytes.readInt32BE(at) };
    case 0x44:
      return { type: "ulong", value: 0 };
    case 0x53:
      return { type: "ulong", value: bytes.readUInt8(at) };
    case 0x80:
      return { type: "ulong", value: exact(bytes.readBigUInt64BE(at)) };
    case 0x55:
      return { type: "long", value: bytes.readInt8(at) };
    case 0x81:
      return { type: "long", value: exact(bytes.readBigInt64BE(at)) };
    case 0x83:
      return { type: "timestamp", value: exact(bytes.readBigInt64BE(at)) };
    case 0x72:
      return { type: "float", value: bytes.readFloatBE(at) };
    case 0x82:
      return { type: "double", value: bytes.readDoubleBE(at) };
    case 0x73:
      return { type: "char", value: characterOf(bytes.readUInt32BE(at)) };
    case 0x74:
      return { type: "decimal32", value: bytes.subarray(at, end) };
    case 0x84:
      return { type: "decimal64", value: bytes.subarray(at, end) };
    case 0x94:
      return { type: "decimal128", value: bytes.subarray(at, end) };
    case 0x98:
      return { type: "uuid", value: uuidText(bytes.subarray(at, end)) };
    case 0xa0:
      return { type: "binary", value: bytes.subarray(at + 1, end) };
    case 0xb0:
      return { type: "binary", value: bytes.subarray(at + 4, end) };
    case 0xa1:
      return { type: "string", value: utf8(bytes, at + 1, end) };
    case 0xb1:
      return { type: "string", value: utf8(bytes, at + 4, end) };
    case 0xa3:
      return { type: "symbol", value: utf8(bytes, at + 1, end) };
    case 0xb3:
      return { type: "symbol", value: utf8(bytes, at + 4, end) };
    case 0x45:
    case 0xc0:
    case 0xd0:
      return { type: "list", value: mapElements(bytes, at - 1, (start) => decodeValue(bytes, start, depth + 1)) };
    case 0xc1:
    case 0xd1:
      return {
        type: "map",
        value: pairsOf(mapElements(bytes, at - 1, (start) => decodeValue(bytes, start, depth + 1))),
      };
    case 0xe0:
    case 0xf0:
      return { type: "array", value: decodeArray(bytes, at, code, depth) };
    default:
      throw malformed(`there is no type 0x${code.toString(16)}`);
  }
}

const exact = (value: bigint): number | bigint =>
  BigInt.asIntN(54, value) === value && value !== -(2n ** 53n) ? Number(value) : value;

/** A value that is not a Unicode scalar value is shown as U+FFFD. */
const characterOf = (codePoint: number) => {
  const isScalar = codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  return isScalar ? String.fromCodePoint(codePoint) : "\ufffd";
};

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function pairsOf(values: readonly AmqpValue[]) {
  if (values.length % 2 === 1) throw malformed("a key of a map has no value");
  return values.flatMap((key, index) => {
    const value = values[index + 1];
    return index % 2 === 0 && value !== undefined ? [[key, value] as const] : [];
  });
}

/** The elements share one constructor, which may be described. */
function decodeArray(bytes: Buffer, at: number, code: number, depth: number): readonly AmqpValue[] {
  const width = widths[code >> 4] ?? 0;
  const count = unsigned(bytes, at + width, width);
  // An element may have no bytes at all, such as null. Such an array must not claim millions of elements, nor many such arrays.
  if (count > Math.max(endOfContent(bytes, at, code) - at, mostEmptyElements))
    throw malformed("an array is shorter than its count");
  const descriptors: AmqpValue[] = [];
  let start = at + 2 * width;
  for (; codeAt(bytes, start) === 0; start = endOfValue(bytes, start + 1)) {
    requireDepth(depth + descriptors.length);
    descriptors.unshift(decodeValue(bytes, start + 1, depth + 1));
  }
  const element = codeAt(bytes, start);
  start += 1;
  const found: AmqpValue[] = [];
  while (found.length < count) {
    const value = decodeContent(bytes, start, element, depth + 1);
    found.push(
      descriptors.reduce<AmqpValue>((inner, descriptor) => ({ type: "described", descriptor, value: inner }), value),
    );
    start = endOfContent(bytes, start, element);
  }
  return found;
}
