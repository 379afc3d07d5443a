/** Encoders for AMQP 1.0 values (§1.6); each returns the whole value with its type code. */

const ofNumber = (code: number, width: number, write: (content: Buffer) => void) => {
  const bytes = Buffer.allocUnsafe(1 + width);
  bytes[0] = code;
  write(bytes.subarray(1));
  return bytes;
};

/** Type code, size in one byte or four, content. */
const sized = (short: number, content: Buffer) => {
  if (content.length < 256) return Buffer.concat([Buffer.from([short, content.length]), content]);
  const head = Buffer.allocUnsafe(5);
  head[0] = short + 0x10;
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
};

const collection = (code: number, elements: readonly Buffer[], prefix = Buffer.alloc(0)) => {
  const head = Buffer.allocUnsafe(9);
  const content = elements.reduce((sum, element) => sum + element.length, 0);
  head[0] = code;
  head.writeUInt32BE(4 + prefix.length + content, 1);
  head.writeUInt32BE(elements.length, 5);
  return Buffer.concat([head, prefix, ...elements]);
};

export const encodeNull = () => Buffer.from([0x40]);
export const encodeBoolean = (value: boolean) => Buffer.from([value ? 0x41 : 0x42]);
export const encodeInt = (value: number) => ofNumber(0x71, 4, (content) => content.writeInt32BE(value));
export const encodeUint = (value: number) => ofNumber(0x70, 4, (content) => content.writeUInt32BE(value));
export const encodeLong = (value: number) => ofNumber(0x81, 8, (content) => content.writeBigInt64BE(BigInt(value)));
/** Milliseconds since 1970. */
export const encodeTimestamp = (time: number) =>
  ofNumber(0x83, 8, (content) => content.writeBigInt64BE(BigInt(Math.floor(time))));
export const encodeString = (text: string) => sized(0xa1, Buffer.from(text, "utf8"));
export const encodeSymbol = (text: string) => sized(0xa3, Buffer.from(text, "ascii"));
export const encodeBinary = (content: Buffer) => sized(0xa0, content);
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
export const encodeDescribed = (descriptor: number, value: Buffer) =>
  Buffer.concat([Buffer.from([0x00, 0x53, descriptor]), value]);
