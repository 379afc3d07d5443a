import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInexact, type JsonToken, jsonProblem, parseJson, scanJson } from "../../../src/lib/domain/json-scan.ts";

describe("what is wrong with a text that is not JSON", () => {
  test.each([
    ["", "it is empty"],
    [" \n", "it is empty"],
    ["{", "it ends too early"],
    ['{"a": "b', "column 7: a text without its end, or with a character that needs a backslash"],
    ["v3ry~s3cret.v4lue!", "column 1: expected a value"],
    ["[1,]", "column 4: expected a value"],
    ["[1 2]", "column 4: expected a comma or ]"],
    ['{"a":1,}', "column 8: expected a name in double quotes"],
    [
      '{\n  "a": 1\n  "b": 2\n}',
      "line 3, column 3: a text without its end, or with a character that needs a backslash",
    ],
    ["{a:1}", "column 2: expected a name in double quotes or }"],
    ['{"a" 1}', "column 6: expected a colon"],
    ['{"a":1]', "column 7: expected a comma or }"],
    ["{} x", "column 4: expected nothing more"],
    ["// a comment\n{}", "column 1: expected a value"],
    ["\u0000", "column 1: expected a value"],
  ])("%j", (text, problem) => {
    expect(jsonProblem(text)).toBe(problem);
    expect(() => parseJson(text)).toThrow(problem);
  });

  test("a text of which nothing is repeated may be a secret", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (secret) => {
        expect(jsonProblem(`~${secret}`)).toBe("column 1: expected a value");
      }),
    );
  });

  test("what is nested deeply needs no stack", () => {
    expect(jsonProblem("[".repeat(500_000))).toBe("it ends too early");
  });
});

test("JSON is read to its end, and any change that JSON.parse refuses is found", () => {
  fc.assert(
    fc.property(
      fc.json({ stringUnit: "binary" }),
      fc.nat(),
      fc.constantFrom("", "{", "}", "]", ",", ":", '"', "x", "1", "\\", "\u0001"),
      (json, at, character) => {
        expect(scanJson(json)).toBeUndefined();

        const place = at % (json.length + 1);
        const changed = json.slice(0, place) + character + json.slice(place + 1);
        expect(scanJson(changed) === undefined).toBe(isParsed(changed));
      },
    ),
    { numRuns: 2_000 },
  );
});

const isParsed = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test("every name and every value is reported with its place", () => {
  const found: unknown[] = [];
  const report = (token: JsonToken) =>
    found.push([token.path().join("."), token.type === "name" ? token.isRepeated : token.text]);

  scanJson('{"a":[1,{"b":true}],"a":"x","\\u0061":null}', report);

  expect(found).toEqual([
    ["a", false],
    ["a.0", "1"],
    ["a.1.b", false],
    ["a.1.b", "true"],
    ["a", true],
    ["a", '"x"'],
    ["a", true],
    ["a", "null"],
  ]);
});

test.each([
  ["9007199254740991", false],
  ["9007199254740993", true],
  ["-9007199254740993", true],
  ["1e400", true],
  ["-1e400", true],
  ["1e20", false],
  ["0.1", false],
  ['"9007199254740993"', false],
  ["true", false],
])("a number that JSON.parse changes: %s is %j", (text, expected) => {
  expect(isInexact(text)).toBe(expected);
});
