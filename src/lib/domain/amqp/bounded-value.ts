import { MalformedAmqp, mostEmptyElements } from "./amqp-value.ts";

/** How deep described values and collections may be nested. What Azure sends has six levels at most. */
const deepest = 64;

/** Bytes of a value of fixed width, or of the size of the others, by the upper half of the format code (AMQP 1.0 part 1, 1.2). */
const widths = [-1, -1, -1, -1, 0, 1, 2, 4, 8, 16, 1, 4, 1, 4, 1, 4] as const;

/**
 * Throws MalformedAmqp unless a decoder that trusts the bytes can read the value at `at`. Every element must be inside its
 * collection. No collection claims more elements than it has bytes, and nothing is nested too deeply. Returns where the value ends.
 */
export function requireBoundedValue(bytes: Buffer, at = 0, end = bytes.length, depth = 0): number {
  if (depth > deepest) throw new MalformedAmqp("values are nested too deeply");
  const code = byteAt(bytes, at, end);
  if (code !== 0) return requireBoundedContent(bytes, at + 1, { code, end, depth });
  const value = requireBoundedValue(bytes, at + 1, end, depth + 1);
  return requireBoundedValue(bytes, value, end, depth + 1);
}

type Content = { readonly code: number; readonly end: number; readonly depth: number };

function requireBoundedContent(bytes: Buffer, at: number, { code, end, depth }: Content): number {
  const width = widths[code >> 4] ?? -1;
  if (width < 0) throw new MalformedAmqp(`there is no type 0x${code.toString(16)}`);
  if (code < 0xa0) return within(at + width, end);
  const stop = within(at + width + unsigned(bytes, at, { width, end }), end);
  if (code < 0xc0) return stop;
  const count = unsigned(bytes, at + width, { width, end: stop });
  const first = at + 2 * width;
  const last =
    code < 0xe0
      ? requireElements(bytes, first, { count, stop, depth })
      : requireArray(bytes, first, { count, stop, depth });
  if (last !== stop) throw new MalformedAmqp("a collection has more bytes than elements");
  return stop;
}

type Elements = { readonly count: number; readonly stop: number; readonly depth: number };

function requireElements(bytes: Buffer, at: number, { count, stop, depth }: Elements): number {
  if (count > stop - at) throw new MalformedAmqp("a collection is shorter than its count");
  let next = at;
  for (let index = 0; index < count; index += 1) next = requireBoundedValue(bytes, next, stop, depth + 1);
  return next;
}

/** The elements share one constructor, which may be described. */
function requireArray(bytes: Buffer, at: number, { count, stop, depth }: Elements): number {
  if (count > Math.max(stop - at, mostEmptyElements)) throw new MalformedAmqp("an array is shorter than its count");
  let next = at;
  for (let level = depth; byteAt(bytes, next, stop) === 0; level += 1)
    next = requireBoundedValue(bytes, next + 1, stop, level + 1);
  const content = { code: byteAt(bytes, next, stop), end: stop, depth: depth + 1 };
  if (content.depth > deepest) throw new MalformedAmqp("values are nested too deeply");
  next += 1;
  for (let index = 0; index < count; index += 1) next = requireBoundedContent(bytes, next, content);
  return next;
}

function byteAt(bytes: Buffer, at: number, end: number): number {
  const byte = at < end ? bytes[at] : undefined;
  if (byte === undefined) throw new MalformedAmqp("a value ends too early");
  return byte;
}

function unsigned(bytes: Buffer, at: number, { width, end }: { readonly width: number; readonly end: number }): number {
  within(at + width, end);
  return width === 1 ? bytes.readUInt8(at) : bytes.readUInt32BE(at);
}

function within(at: number, end: number): number {
  if (at > end) throw new MalformedAmqp("a value ends too early");
  return at;
}
