import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { textOfBody } from "../../../src/lib/domain/message-body.ts";
import { contentTypeOf, readBody } from "../../../src/lib/domain/message-record.ts";
import { incoming } from "../../fakes/incoming.ts";
import * as amqp from "../../fakes/raw-amqp.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a body for a condition", () => {
  test.each([
    ["an object without content type", '{"ok":true}', undefined, { ok: true }],
    ["a list after white space without content type", ' \n[1,"a"]', undefined, [1, "a"]],
    ["a number without content type", "42", undefined, "42"],
    ["a quoted word without content type", '"x"', undefined, '"x"'],
    ["broken JSON without content type", '{"ok":', undefined, '{"ok":'],
    ["an object that is declared text", '{"ok":true}', "text/plain", '{"ok":true}'],
    ["a number that is declared JSON", "42", "application/json", 42],
    ["null that is declared JSON", "null", "application/json", null],
    ["false that is declared JSON", "false", "Application/JSON; charset=utf-8", false],
    ["a JSON dialect", '{"type":"x"}', "application/cloudevents+json", { type: "x" }],
    ["broken JSON that is declared JSON", "{", "application/json", "{"],
    ["nothing at all", "", undefined, ""],
    ["nothing that is declared JSON", "", "application/json", ""],
    ["a type that only begins like JSON", "42", "application/json5", "42"],
    ["text beyond ASCII", "Grüße 🎉", undefined, "Grüße 🎉"],
    ["JSON after a byte order mark", '\ufeff{"ok":true}', undefined, { ok: true }],
    ["a whole number of 64 bits", '{"id":4603086877212508601}', undefined, { id: 4_603_086_877_212_508_601n }],
    ["a negative one in a list", "[-9223372036854775808]", undefined, [-(2n ** 63n)]],
    ["a fraction with many digits", "[0.12345678901234567890]", undefined, [0.123_456_789_012_345_68]],
  ])("%s", (_, text, contentType, value) => {
    expect(readBody({ body: bytes(text), contentType })).toEqual(value);
  });

  test.each([
    ["a lone continuation byte", [0x80]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["text cut inside a character", [0x61, 0xc3]],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00]],
  ])("that is no UTF-8 is base64: %s", (_, octets) => {
    expect(readBody({ body: Uint8Array.from(octets), contentType: "application/json" })).toBe(
      Buffer.from(octets).toString("base64"),
    );
  });

  test("keeps a property named __proto__ as data", () => {
    const read = readBody({ body: bytes('{"__proto__":{"admin":true}}'), contentType: "application/json" });

    expect(JSON.stringify(read)).toBe('{"__proto__":{"admin":true}}');
    expect(read).not.toHaveProperty("admin");
    expect({}).not.toHaveProperty("admin");
  });
});

describe("a body that its sender wrote as AMQP values", () => {
  const value = (content: Uint8Array) => incoming({ bare: amqp.section(0x77, content) });
  test.each([
    ["text", amqp.string("hello"), "hello"],
    ["text that is JSON", amqp.string('{"a":1}'), { a: 1 }],
    ["bytes", amqp.binary(bytes('{"a":1}')), { a: 1 }],
    ["a list", amqp.list(amqp.long(1n), amqp.string("a"), amqp.nul), [1, "a", null]],
    ["a map", amqp.map([[amqp.string("when"), amqp.timestamp(0)]]), { when: "1970-01-01T00:00:00.000Z" }],
    ["null", amqp.nul, "null"],
  ])("%s", (_, content, expected) => {
    expect(readBody(value(content))).toEqual(expected);
  });

  test("sequences are one list", () => {
    const bare = Buffer.concat([
      amqp.section(0x76, amqp.list(amqp.string("a"))),
      amqp.section(0x76, amqp.list(amqp.long(1n))),
    ]);

    expect(readBody(incoming({ bare }))).toEqual(["a", 1]);
  });

  test("several data sections are one body", () => {
    const bare = Buffer.concat([amqp.data('{"deploy":'), amqp.data('"v2"}')]);

    expect(readBody(incoming({ bare }))).toEqual({ deploy: "v2" });
  });
});

/** An element with a text in binary XML, as DataContractSerializer writes it. */
function serialized(name: string, ...records: readonly (readonly [code: number, content: Uint8Array])[]): Buffer {
  const namespace = "http://schemas.microsoft.com/2003/10/Serialization/";
  const widths: Readonly<Record<number, number>> = { 152: 1, 154: 2, 156: 4, 158: 1, 160: 2, 168: 0 };
  const parts = records.map(([code, content]) => {
    const length = Buffer.alloc(widths[code & 0xfe] ?? 0);
    if (length.length > 0) length.writeUIntLE(content.length, 0, length.length);
    return amqp.raw(code, length, content);
  });
  return amqp.raw(0x40, name.length, bytes(name), 0x08, namespace.length, bytes(namespace), ...parts);
}

describe("a body for a reader", () => {
  const text = '{"key":"value"}';
  test.each([
    ["gzip", "gzip", gzipSync(text)],
    ["gzip in another case", "GZIP", gzipSync(text)],
    ["deflate", "deflate", deflateSync(text)],
    ["deflate without a header, as .NET writes it", "deflate", deflateRawSync(text)],
    ["brotli", "br", brotliCompressSync(text)],
    ["two codings", "deflate, gzip", gzipSync(deflateSync(text))],
    ["identity", "identity", bytes(text)],
    ["an unknown coding", "zstd-dictionary", bytes(text)],
    ["a coding that is not true", "gzip", bytes(text)],
  ])("is decompressed: %s", (_, contentEncoding, body) => {
    expect(textOfBody({ body, contentEncoding })).toBe(text);
  });

  test("is not decompressed beyond 16 MB", () => {
    expect(textOfBody({ body: gzipSync(Buffer.alloc(64 * 1024 * 1024)), contentEncoding: "gzip" })).toBeUndefined();
  });

  test.each([
    ["a short text", serialized("string", [0x99, bytes(text)]), text],
    ["a text with a length of two bytes", serialized("string", [0x9b, bytes(text)]), text],
    [
      "a text in two records",
      serialized("string", [0x98, bytes(text.slice(0, 5))], [0x99, bytes(text.slice(5))]),
      text,
    ],
    ["no text", serialized("string", [0xa9, bytes("")]), ""],
    ["bytes", serialized("base64Binary", [0x9f, bytes(text)]), text],
  ])("has no wrapping of DataContractSerializer: %s", (_, body, expected) => {
    expect(textOfBody({ body })).toBe(expected);
  });

  test("keeps what only starts like a serialized text", () => {
    const cut = serialized("string", [0x99, bytes(text)]).subarray(0, -3);

    expect(textOfBody({ body: cut })).toBe(undefined);
    expect(textOfBody({ body: bytes("@ string") })).toBe("@ string");
  });
});

describe("the content type of a body typed by hand", () => {
  test.each([
    ['{"a":1}', "application/json"],
    ["42", "application/json"],
    ["restart", "text/plain"],
    ["", "text/plain"],
    ["{", "text/plain"],
  ])("%j is %s", (text, type) => {
    expect(contentTypeOf(bytes(text))).toBe(type);
  });

  test("bytes that are no text are a stream of octets", () => {
    expect(contentTypeOf(Uint8Array.of(0xff, 0x00))).toBe("application/octet-stream");
  });
});
