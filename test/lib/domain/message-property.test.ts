import { expect, test } from "vitest";
import { parseProperty } from "../../../src/lib/domain/message-property.ts";

test.each([
  ["region=eu", ["region", "eu"]],
  ["region=", ["region", ""]],
  ["formula=a=b:c", ["formula", "a=b:c"]],
  ["note=two\nlines", ["note", "two\nlines"]],
  ["two words=x", ["two words", "x"]],
  ["answer:string=42", ["answer", "42"]],
  ["retries:int=3", ["retries", { type: "int", value: "3" }]],
  ["offset:long=-9223372036854775808", ["offset", { type: "long", value: "-9223372036854775808" }]],
  ["most:ulong=18446744073709551615", ["most", { type: "ulong", value: "18446744073709551615" }]],
  ["small:byte=-128", ["small", { type: "byte", value: "-128" }]],
  ["ratio:double=2.5e-3", ["ratio", { type: "double", value: "0.0025" }]],
  ["ratio:double=3", ["ratio", { type: "double", value: "3" }]],
  ["ratio:float=0.1", ["ratio", { type: "float", value: "0.10000000149011612" }]],
  ["key:binary=AAH/", ["key", Buffer.from([0, 1, 255])]],
  [
    "id:uuid=6F1C2D3E-4B5A-4C7D-8E9F-0A1B2C3D4E5F",
    ["id", { type: "uuid", value: "6f1c2d3e-4b5a-4c7d-8e9f-0a1b2c3d4e5f" }],
  ],
  ["dry:bool=true", ["dry", true]],
  ["dry:bool=false", ["dry", false]],
  ["at:datetime=2026-01-01T00:00:00Z", ["at", new Date("2026-01-01T00:00:00Z")]],
  ["__proto__=x", ["__proto__", "x"]],
  [`${"n".repeat(128)}=x`, ["n".repeat(128), "x"]],
])("%j is read as %j", (text, expected) => {
  expect(parseProperty(text)).toEqual(expected);
});

test.each(["", "region", "=eu", ":int=3", "region:=eu", "a:b:c=1", `${"n".repeat(129)}=x`])(
  "%j is no property",
  (text) => {
    expect(() => parseProperty(text)).toThrow("expected <name>=<value> or <name>:<type>=<value>.");
  },
);

test.each(["number", "Int", "constructor", "__proto__", "toString"])("%s is no type", (type) => {
  expect(() => parseProperty(`a:${type}=1`)).toThrow(
    `'${type}' is none of string, bool, byte, short, int, long, ubyte, ushort, uint, ulong, float, double, datetime, binary, uuid, char, symbol, timespan, datetime-offset, uri.`,
  );
});

test.each([
  ["int", "2.5"],
  ["int", "2147483648"],
  ["uint", "-1"],
  ["byte", "128"],
  ["long", "9223372036854775808"],
  ["float", "1e39"],
  ["uuid", "6f1c2d3e"],
  ["binary", "AAA"],
  ["datetime", "2026-01-01"],
  ["datetime", "2026-01-01T00:00:00"],
  ["int", "0x10"],
  ["int", ""],
  ["double", ""],
  ["double", "infinite"],
  ["double", "1,5"],
  ["bool", "yes"],
  ["bool", "True"],
  ["datetime", "tomorrow"],
  ["datetime", ""],
])("as %s, %j is refused by name", (type, value) => {
  expect(() => parseProperty(`a:${type}=${value}`)).toThrow(`'${value}' is no ${type}.`);
});
