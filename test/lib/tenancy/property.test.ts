import { expect, test } from "vitest";
import { property } from "../../../src/lib/tenancy/property.ts";

test.each([
  ["region=eu", ["region", "eu"]],
  ["region=", ["region", ""]],
  ["formula=a=b:c", ["formula", "a=b:c"]],
  ["note=two\nlines", ["note", "two\nlines"]],
  ["two words=x", ["two words", "x"]],
  ["answer:string=42", ["answer", "42"]],
  ["retries:int=3", ["retries", 3]],
  ["offset:int=-9007199254740991", ["offset", -9_007_199_254_740_991]],
  ["ratio:double=2.5e-3", ["ratio", 0.0025]],
  ["dry:bool=true", ["dry", true]],
  ["dry:bool=false", ["dry", false]],
  ["at:datetime=2026-01-01T00:00:00Z", ["at", new Date("2026-01-01T00:00:00Z")]],
  ["__proto__=x", ["__proto__", "x"]],
  [`${"n".repeat(128)}=x`, ["n".repeat(128), "x"]],
])("%j is read as %j", (text, expected) => {
  expect(property(text)).toEqual(expected);
});

test.each(["", "region", "=eu", ":int=3", "region:=eu", "a:b:c=1", `${"n".repeat(129)}=x`])(
  "%j is no property",
  (text) => {
    expect(() => property(text)).toThrow("expected <name>=<value> or <name>:<type>=<value>.");
  },
);

test.each(["number", "Int", "constructor", "__proto__", "toString"])("%s is no type", (type) => {
  expect(() => property(`a:${type}=1`)).toThrow(`'${type}' is none of string, int, double, bool, datetime.`);
});

test.each([
  ["int", "2.5"],
  ["int", "9007199254740992"],
  ["int", "0x10"],
  ["int", ""],
  ["double", ""],
  ["double", "Infinity"],
  ["double", "1,5"],
  ["bool", "yes"],
  ["bool", "True"],
  ["datetime", "tomorrow"],
  ["datetime", ""],
])("as %s, %j is refused by name", (type, value) => {
  expect(() => property(`a:${type}=${value}`)).toThrow(`'${value}' is no ${type}.`);
});
