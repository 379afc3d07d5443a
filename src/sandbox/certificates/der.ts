/** The few ASN.1 types that an X.509 certificate is made of, in DER (ITU-T X.690). */
export const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, ...parts);
export const set = (...parts: readonly Buffer[]): Buffer => element(0x31, ...parts);
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0));
export const octetString = (content: Buffer): Buffer => element(0x04, content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const nothing: Buffer = element(0x05);

/** A non-negative integer, given as big-endian bytes. */
export const integer = (bytes: Buffer): Buffer =>
  element(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);

/** `unusedBits` counts the bits at the end that carry nothing. */
export const bitString = (content: Buffer, unusedBits = 0): Buffer => element(0x03, Buffer.of(unusedBits), content);

/** UTCTime, good for dates before 2050 (RFC 5280 §4.1.2.5.1). */
export const utcTime = (date: Date): Buffer =>
  element(0x17, Buffer.from(`${date.toISOString().replace(/\D/g, "").slice(2, 14)}Z`));

/** A context-specific tag around other elements. */
export const explicit = (tag: number, ...parts: readonly Buffer[]): Buffer => element(0xa0 | tag, ...parts);
/** A context-specific tag in place of a primitive type's own. */
export const implicit = (tag: number, content: Buffer): Buffer => element(0x80 | tag, content);

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(count: number): Buffer {
  if (count < 0x80) return Buffer.of(count);
  const bytes: number[] = [];
  for (let rest = count; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}
