import fc from "fast-check";

/*
 * AMQP 1.0 values as bytes, in every format code, written without the program's own encoder. A sender may select any format code that
 * holds its value, so the tests do, too.
 */

export const raw = (...parts: readonly (number | Uint8Array | string)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part as Uint8Array))),
  );

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const sized = (code: number, content: Uint8Array) =>
  content.length < 256 ? raw(code, content.length, content) : raw(code + 0x10, u32(content.length), content);
const longSized = (code: number, content: Uint8Array) => raw(code + 0x10, u32(content.length), content);

export const nul = raw(0x40);
export const string = (text: string) => sized(0xa1, Buffer.from(text));
export const symbol = (text: string) => sized(0xa3, Buffer.from(text));
export const binary = (content: Uint8Array) => longSized(0xa0, content);
export const uuid = (hex: string) => raw(0x98, Buffer.from(hex.replaceAll("-", ""), "hex"));
const eight = (code: number, value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, value));
  return raw(code, bytes);
};
export const long = (value: bigint) => eight(0x81, value);
export const ulong = (value: bigint) => eight(0x80, value);
export const timestamp = (value: number) => eight(0x83, BigInt(value));
export const uint = (value: number) => raw(0x70, u32(value));
export const described = (descriptor: Uint8Array, value: Uint8Array) => raw(0, descriptor, value);
export const list = (...elements: readonly Uint8Array[]) => {
  const content = Buffer.concat(elements);
  return raw(0xd0, u32(content.length + 4), u32(elements.length), content);
};
export const map = (entries: readonly (readonly [Uint8Array, Uint8Array])[], { short = false } = {}) => {
  const content = Buffer.concat(entries.flat());
  if (short && content.length < 255 && entries.length < 128)
    return raw(0xc1, content.length + 1, entries.length * 2, content);
  return raw(0xd1, u32(content.length + 4), u32(entries.length * 2), content);
};
export const section = (code: number, value: Uint8Array) => raw(0, 0x53, code, value);
export const data = (content: Uint8Array | string) => section(0x75, binary(Buffer.from(content as Uint8Array)));

/** Fields of the properties section, encoded. */
export type RawProperties = {
  readonly [Name in (typeof fieldNames)[number]]?: Uint8Array;
};
const fieldNames = [
  ...(["messageId", "userId", "to", "subject", "replyTo", "correlationId", "contentType", "contentEncoding"] as const),
  ...(["expiry", "creation", "groupId", "groupSequence", "replyToGroupId"] as const),
] as const;

export const properties = (fields: RawProperties): Buffer =>
  section(0x73, list(...fieldNames.map((name) => fields[name] ?? nul)));
export const applicationProperties = (values: Readonly<Record<string, Uint8Array>>) =>
  section(0x74, map(Object.entries(values).map(([name, value]) => [string(name), value] as const)));

const fixed = (code: number, width: number) =>
  fc.uint8Array({ minLength: width, maxLength: width }).map((one) => raw(code, one));
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const ascii = fc.string({ unit: "grapheme-ascii", maxLength: 20 });

/** Values of every simple type, in every format code. A boolean of one byte and a char have only valid contents. */
const simpleValues: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constantFrom(...[0x40, 0x41, 0x42, 0x43, 0x44].map((code) => raw(code))),
  fc.boolean().map((one) => raw(0x56, one ? 1 : 0)),
  ...[0x50, 0x51, 0x52, 0x53, 0x54, 0x55].map((code) => fixed(code, 1)),
  ...[0x60, 0x61].map((code) => fixed(code, 2)),
  ...[0x70, 0x71, 0x72, 0x74].map((code) => fixed(code, 4)),
  fc.integer({ min: 0x20, max: 0xd7ff }).map((one) => raw(0x73, u32(one))),
  ...[0x80, 0x81, 0x82, 0x83, 0x84].map((code) => fixed(code, 8)),
  ...[0x94, 0x98].map((code) => fixed(code, 16)),
  fc.uint8Array({ maxLength: 300 }).map((one) => sized(0xa0, one)),
  fc.uint8Array({ maxLength: 40 }).map((one) => longSized(0xa0, one)),
  text.map((one) => sized(0xa1, Buffer.from(one))),
  text.map((one) => longSized(0xa1, Buffer.from(one))),
  ascii.map((one) => sized(0xa3, Buffer.from(one))),
  ascii.map((one) => longSized(0xa3, Buffer.from(one))),
);

const dotnetValues = fc.oneof(
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((ticks) => described(symbol("com.microsoft:timespan"), long(ticks))),
  fc
    .bigInt({ min: 0n, max: 3_155_378_975_999_999_999n })
    .map((ticks) => described(symbol("com.microsoft:datetime-offset"), long(ticks))),
  fc.webUrl().map((url) => described(symbol("com.microsoft:uri"), string(url))),
);

/** Values of all types, also described and nested ones, and arrays. */
export const values: fc.Arbitrary<Buffer> = fc.letrec<{ value: Buffer }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    simpleValues,
    dotnetValues,
    fc.array(tie("value"), { maxLength: 4 }).map((elements) => list(...elements)),
    fc.constant(raw(0x45)),
    fc.array(fc.tuple(text.map(string), tie("value")), { maxLength: 4 }).map((entries) => map(entries)),
    fc
      .array(fc.tuple(text.map(string), tie("value")), { maxLength: 2 })
      .map((entries) => map(entries, { short: true })),
    fc
      .tuple(fc.oneof(ascii.map(symbol), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(ulong)), tie("value"))
      .map(([descriptor, value]) => described(descriptor, value)),
    fc.array(fc.integer(), { maxLength: 5 }).map((numbers) => {
      const content = Buffer.concat(
        numbers.map((one) => {
          const b = Buffer.alloc(4);
          b.writeInt32BE(one);
          return b;
        }),
      );
      return raw(0xf0, u32(content.length + 5), u32(numbers.length), 0x71, content);
    }),
  ),
})).value;

const ids = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-ascii" }).map(string),
  fc.uuid().map(uuid),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(ulong),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map(binary),
);
const maybe = (one: fc.Arbitrary<Buffer>) => fc.option(one, { nil: nul });

/** The fields of a sender. `groupId` is left out: a message with a session belongs to a queue with sessions. */
const rawProperties = fc
  .record({
    messageId: ids,
    userId: maybe(fc.uint8Array({ maxLength: 10 }).map(binary)),
    to: maybe(text.map(string)),
    subject: maybe(text.map(string)),
    replyTo: maybe(text.map(string)),
    correlationId: maybe(ids),
    contentType: maybe(
      fc.constantFrom("application/json", "text/plain", "application/xml; charset=utf-8", "").map(symbol),
    ),
    contentEncoding: maybe(fc.constantFrom("gzip", "deflate", "identity").map(symbol)),
    // Ninety days, which the header cannot hold.
    lifetime: fc.option(fc.constantFrom(60_000, 90 * 86_400_000), { nil: undefined }),
    groupSequence: maybe(fc.nat().map(uint)),
    replyToGroupId: maybe(ascii.map(string)),
  })
  .map(({ lifetime, ...fields }) => {
    const creation = Date.UTC(2026, 0, 1);
    const times =
      lifetime === undefined ? {} : { creation: timestamp(creation), expiry: timestamp(creation + lifetime) };
    return properties({ ...fields, ...times });
  });

const bodies = fc.oneof(
  fc.array(
    fc.uint8Array({ maxLength: 100 }).map((one) => data(one)),
    { minLength: 1, maxLength: 3 },
  ),
  fc.array(
    text.map((one) => data(one)),
    { minLength: 1, maxLength: 2 },
  ),
  fc.json().map((one) => [data(one)]),
  values.map((value) => [section(0x77, value)]),
  fc.array(
    fc.array(values, { maxLength: 3 }).map((elements) => section(0x76, list(...elements))),
    { minLength: 1, maxLength: 3 },
  ),
  fc.constant([] as Buffer[]),
);

const names = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme-ascii" });

/** Bare messages over all types and sections (AMQP 1.0 part 3, 3.2), with or without a footer. */
export const bareMessages: fc.Arbitrary<Buffer> = fc
  .tuple(
    rawProperties,
    fc.option(
      fc
        .uniqueArray(fc.tuple(names, values), { minLength: 1, maxLength: 4, selector: ([name]) => name })
        .map((entries) => section(0x74, map(entries.map(([name, value]) => [string(name), value] as const)))),
      { nil: Buffer.alloc(0) },
    ),
    bodies,
    fc.option(
      ascii.map((one) => section(0x78, map([[symbol("x-footer"), string(one)]]))),
      { nil: Buffer.alloc(0) },
    ),
  )
  .map(([fields, application, body, footer]) => Buffer.concat([fields, application, ...body, footer]));
