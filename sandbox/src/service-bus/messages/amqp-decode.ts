/** A decoded AMQP 1.0 value; long and ulong are bigint, uuid and decimals are their bytes, described values lose theirs. */
export type AmqpValue = null | boolean | number | bigint | string | Buffer | Date | AmqpValue[] | AmqpMap;
export type AmqpMap = Map<AmqpValue, AmqpValue>;

/** Thrown for bytes that are no well-formed AMQP value. */
export class MalformedAmqp extends Error {
  override readonly name = "MalformedAmqp";
}

/** How deep described values and collections may nest. */
const deepest = 32;

/** Bytes of a fixed-width value, or of the size field of the others, by the upper half of the type code (AMQP 1.0 §1.2). */
const widths: Readonly<Record<number, number>> = {
  4: 0,
  5: 1,
  6: 2,
  7: 4,
  8: 8,
  9: 16,
  10: 1,
  11: 4,
  12: 1,
  13: 4,
  14: 1,
  15: 4,
};

function byteAt(bytes: Buffer, at: number) {
  const value = bytes[at];
  if (value === undefined) throw new MalformedAmqp("the value ends too early");
  return value;
}

const readUint = (bytes: Buffer, at: number, width: number) => {
  if (at + width > bytes.length) throw new MalformedAmqp("the value ends too early");
  return bytes.readUIntBE(at, width);
};

/** Where the value that starts at `start` ends, descriptor included; always inside `bytes`. */
export function endOfValue(bytes: Buffer, start: number, depth = 0): number {
  if (depth > deepest) throw new MalformedAmqp("values are nested too deeply");
  const code = byteAt(bytes, start);
  if (code === 0) return endOfValue(bytes, endOfValue(bytes, start + 1, depth + 1), depth + 1);
  return endOfContent(bytes, start + 1, code);
}

function endOfContent(bytes: Buffer, at: number, code: number) {
  const width = widths[code >> 4];
  if (width === undefined) throw new MalformedAmqp(`there is no type 0x${code.toString(16)}`);
  const end = at + width + (code >> 4 >= 10 ? readUint(bytes, at, width) : 0);
  if (end > bytes.length) throw new MalformedAmqp("the value ends too early");
  return end;
}

/** The value in these bytes, which it must fill. */
export function decodeValue(bytes: Buffer): AmqpValue {
  const { value, end } = read(bytes, 0, 0);
  if (end !== bytes.length) throw new MalformedAmqp("there are bytes behind the value");
  return value;
}

/** The elements of an AMQP list, each as its raw bytes. */
export function listElements(list: Buffer): Buffer[] {
  const code = byteAt(list, 0);
  if (code === 0x45) return [];
  if (code !== 0xc0 && code !== 0xd0) throw new MalformedAmqp("a list is expected");
  return elements(list, code);
}

/** An entry of a map, its value as raw bytes. Annotations have symbols for keys, application properties strings. */
export type MapEntry = { readonly key: string; readonly value: Buffer };

/** The entries of a map whose keys are strings or symbols. */
export function mapEntries(map: Buffer): MapEntry[] {
  const code = byteAt(map, 0);
  if (code !== 0xc1 && code !== 0xd1) throw new MalformedAmqp("a map is expected");
  const parts = elements(map, code);
  const entries: MapEntry[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [rawKey, value] = [parts[index], parts[index + 1]];
    const key = rawKey && decodeValue(rawKey);
    if (typeof key === "string" && value) entries.push({ key, value });
  }
  return entries;
}

function elements(bytes: Buffer, code: number) {
  const width = code >= 0xd0 ? 4 : 1;
  const count = readUint(bytes, 1 + width, width);
  const found: Buffer[] = [];
  for (let at = 1 + 2 * width; found.length < count; ) {
    const end = endOfValue(bytes, at);
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}

type Read = { readonly value: AmqpValue; readonly end: number };

function read(bytes: Buffer, start: number, depth: number): Read {
  if (depth > deepest) throw new MalformedAmqp("values are nested too deeply");
  const code = byteAt(bytes, start);
  if (code === 0) return read(bytes, endOfValue(bytes, start + 1, depth + 1), depth + 1);
  return readContent(bytes.subarray(0, endOfContent(bytes, start + 1, code)), start + 1, code, depth);
}

/** Reads the value of this type that fills `bytes` from `at`. */
function readContent(bytes: Buffer, at: number, code: number, depth: number): Read {
  const group = code >> 4;
  const end = bytes.length;
  if (group >= 14) return { value: readArray(bytes, at, group === 14 ? 1 : 4, depth), end };
  if (group >= 12) return { value: readCollection(bytes, at, code, depth), end };
  if (group >= 10) return { value: readText(bytes.subarray(at + (group === 10 ? 1 : 4)), code), end };
  return { value: readFixed(bytes.subarray(at), code), end };
}

const readText = (content: Buffer, code: number) => {
  const kind = code & 0x0f;
  return kind === 1 ? content.toString("utf8") : kind === 3 ? content.toString("ascii") : content;
};

function readFixed(content: Buffer, code: number): AmqpValue {
  switch (code) {
    case 0x40:
      return null;
    case 0x41:
      return true;
    case 0x42:
      return false;
    case 0x43:
      return 0;
    case 0x44:
      return 0n;
    case 0x56:
      return content[0] === 1;
    case 0x50:
    case 0x52:
      return content.readUInt8();
    case 0x51:
    case 0x54:
      return content.readInt8();
    case 0x53:
      return BigInt(content.readUInt8());
    case 0x55:
      return BigInt(content.readInt8());
    case 0x60:
      return content.readUInt16BE();
    case 0x61:
      return content.readInt16BE();
    case 0x70:
    case 0x73:
      return content.readUInt32BE();
    case 0x71:
      return content.readInt32BE();
    case 0x72:
      return content.readFloatBE();
    case 0x80:
      return content.readBigUInt64BE();
    case 0x81:
      return content.readBigInt64BE();
    case 0x82:
      return content.readDoubleBE();
    case 0x83:
      return new Date(Number(content.readBigInt64BE()));
    default:
      return content;
  }
}

function readCollection(bytes: Buffer, at: number, code: number, depth: number): AmqpValue {
  const values = elements(bytes.subarray(at - 1), code).map((element) => read(element, 0, depth + 1).value);
  if ((code & 0x0f) === 0) return values;
  const map: AmqpMap = new Map();
  for (let index = 0; index + 1 < values.length; index += 2) map.set(values[index] ?? null, values[index + 1] ?? null);
  return map;
}

/** All elements of an array share one type code; each has at least one byte here, so that a count cannot lie about memory. */
function readArray(bytes: Buffer, at: number, width: number, depth: number): AmqpValue[] {
  const count = readUint(bytes, at + width, width);
  let typeAt = at + 2 * width;
  while (byteAt(bytes, typeAt) === 0) typeAt = endOfValue(bytes, typeAt + 1, depth + 1);
  const code = byteAt(bytes, typeAt);
  if (count > bytes.length) throw new MalformedAmqp("the array is shorter than it says");
  const values: AmqpValue[] = [];
  for (let start = typeAt + 1; values.length < count; ) {
    const end = endOfContent(bytes, start, code);
    values.push(readContent(bytes.subarray(0, end), start, code, depth + 1).value);
    start = end;
  }
  return values;
}
