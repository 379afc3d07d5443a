/** Encoders for AMQP 1.0 values (§1.6); each returns the whole value with its type code. */

const ofNumber = (code: number, width: number, write: (content: Buffer) => void) => {
  const bytes = Buffer.allocUnsafe(1 + width);
  bytes[0] = code;
  write(bytes.subarray(1));
  return bytes;
};

/** Type code, size in one byte or four, and room for the content; with where that begins. */
function sized(short: number, length: number) {
  const at = length < 256 ? 2 : 5;
  const bytes = Buffer.allocUnsafe(at + length);
  bytes[0] = at === 2 ? short : short + 0x10;
  if (at === 2) bytes[1] = length;
  else bytes.writeUInt32BE(length, 1);
  return { bytes, at };
}

function encodeText(short: number, text: string, encoding: "utf8" | "ascii") {
  const { bytes, at } = sized(short, Buffer.byteLength(text, encoding));
  bytes.write(text, at, encoding);
  return bytes;
}

const nothing = Buffer.alloc(0);

function collection(code: number, elements: readonly Buffer[], prefix = nothing) {
  let size = prefix.length;
  for (const element of elements) size += element.length;
  const bytes = Buffer.allocUnsafe(9 + size);
  bytes[0] = code;
  bytes.writeUInt32BE(4 + size, 1);
  bytes.writeUInt32BE(elements.length, 5);
  bytes.set(prefix, 9);
  let at = 9 + prefix.length;
  for (const element of elements) {
    bytes.set(element, at);
    at += element.length;
  }
  return bytes;
}

const encodedNull = Buffer.from([0x40]);

export const encodeNull = (): Buffer => encodedNull;
export const encodeBoolean = (value: boolean) => Buffer.from([value ? 0x41 : 0x42]);
export const encodeInt = (value: number) => ofNumber(0x71, 4, (content) => content.writeInt32BE(value));
export const encodeUint = (value: number) => ofNumber(0x70, 4, (content) => content.writeUInt32BE(value));
export const encodeLong = (value: number) => ofNumber(0x81, 8, (content) => content.writeBigInt64BE(BigInt(value)));
/** Milliseconds since 1970. */
export const encodeTimestamp = (time: number) =>
  ofNumber(0x83, 8, (content) => content.writeBigInt64BE(BigInt(Math.floor(time))));
export const encodeString = (text: string) => encodeText(0xa1, text, "utf8");
export const encodeSymbol = (text: string) => encodeText(0xa3, text, "ascii");
export function encodeBinary(content: Buffer): Buffer {
  const { bytes, at } = sized(0xa0, content.length);
  bytes.set(content, at);
  return bytes;
}
/** The 16 bytes in network order. */
export const encodeUuid = (uuid: Buffer) => Buffer.concat([Buffer.from([0x98]), uuid]);
export const encodeList = (elements: readonly Buffer[]) => collection(0xd0, elements);
/** `pairs` alternates encoded keys and encoded values. */
export const encodeMap = (pairs: readonly Buffer[]) => collection(0xd1, pairs);
/** Elements of one fixed-width type, given as whole values; the array carries their type code once. */
export const encodeArray = (code: number, elements: readonly Buffer[]) =>
  collection(
    0xf0,
    elements.map((element) => element.subarray(1)),
    Buffer.from([code]),
  );
/** A value with a small numeric descriptor, as all message sections have. */
export function encodeDescribed(descriptor: number, value: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(3 + value.length);
  bytes[0] = 0x00;
  bytes[1] = 0x53;
  bytes[2] = descriptor;
  bytes.set(value, 3);
  return bytes;
}
