import { describe, expect, test } from "vitest";
import { contentTypeOf, readableBody } from "../../../src/lib/domain/message-record.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a body in bytes", () => {
  test.each([
    ["an object without content type", '{"ok":true}', undefined, { ok: true }],
    ["a list after white space without content type", ' \n[1,"a"]', undefined, [1, "a"]],
    ["a number without content type", "42", undefined, "42"],
    ["a quoted word without content type", '"x"', undefined, '"x"'],
    ["broken JSON without content type", '{"ok":', undefined, '{"ok":'],
    ["an object that is declared text", '{"ok":true}', "text/plain", '{"ok":true}'],
    ["a number that is declared JSON", "42", "application/json", 42],
    ["false that is declared JSON", "false", "Application/JSON; charset=utf-8", false],
    ["a JSON dialect", '{"type":"x"}', "application/cloudevents+json", { type: "x" }],
    ["broken JSON that is declared JSON", "{", "application/json", "{"],
    ["nothing at all", "", undefined, ""],
    ["nothing that is declared JSON", "", "application/json", ""],
    ["a type that only begins like JSON", "42", "application/json5", "42"],
    ["text beyond ASCII", "Grüße 🎉", undefined, "Grüße 🎉"],
  ])("%s", (_, text, contentType, body) => {
    expect(readableBody(bytes(text), contentType)).toEqual({ body });
  });

  test.each([
    ["a lone continuation byte", [0x80]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["text cut inside a character", [0x61, 0xc3]],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00]],
  ])("that is no UTF-8 comes as base64: %s", (_, octets) => {
    expect(readableBody(Uint8Array.from(octets), "application/json")).toEqual({
      body: Buffer.from(octets).toString("base64"),
      bodyEncoding: "base64",
    });
  });

  test("keeps a property named __proto__ as data", () => {
    const { body } = readableBody(bytes('{"__proto__":{"admin":true}}'), "application/json");

    expect(JSON.stringify(body)).toBe('{"__proto__":{"admin":true}}');
    expect(body).not.toHaveProperty("admin");
    expect({}).not.toHaveProperty("admin");
  });
});

describe("a body that its sender wrote as an AMQP value", () => {
  test.each([
    ["text", "hello", "hello"],
    ["text that looks like JSON stays text", '{"a":1}', '{"a":1}'],
    ["a number", 42, 42],
    ["null", null, null],
    ["nothing", undefined, null],
    ["a list", [1, "a", null], [1, "a", null]],
    ["a map", { when: new Date(0) }, { when: "1970-01-01T00:00:00.000Z" }],
  ])("%s", (_, value, body) => {
    expect(readableBody(value, "application/json")).toEqual({ body });
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
