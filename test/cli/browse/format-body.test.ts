import fc from "fast-check";
import { expect, test } from "vitest";
import { hexLines, indentJson, indentXml } from "../../../src/cli/browse/format-body.ts";

test("JSON gets a line for each member, and every digit and escape stays as it is written", () => {
  expect(indentJson('{"id":12345678901234567890,"e":1.0e3,"list":[],"o":{"a":[true,null]},"s":"a\\u00e9{,}"}')).toBe(
    `{
  "id": 12345678901234567890,
  "e": 1.0e3,
  "list": [],
  "o": {
    "a": [
      true,
      null
    ]
  },
  "s": "a\\u00e9{,}"
}`,
  );
});

test("indented JSON is the same JSON", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text));
    }),
  );
});

test("JSON of great depth does not become a text of great length", () => {
  const depth = 20_000;

  expect(indentJson("[".repeat(depth) + "]".repeat(depth)).length).toBeLessThan(depth * 200);
});

test("XML gets a line for each element; short text, comments and character data stay in one piece", () => {
  expect(
    indentXml(
      '<?xml version="1.0"?><order id="1>2"><item>web &amp; mail</item><!-- a <b> --><empty/><a></a><x><![CDATA[<y>]]></x></order>',
    ),
  ).toBe(`<?xml version="1.0"?>
<order id="1>2">
  <item>web &amp; mail</item>
  <!-- a <b> -->
  <empty/>
  <a></a>
  <x>
    <![CDATA[<y>]]>
  </x>
</order>`);
});

test.each(["<a><b></a>", "<a", "plain <text>", "<a></b>", "<!-- ", "<a><![CDATA[</a>", "<a b='></a>", "</a>"])(
  "%s is not XML, and is not changed",
  (text) => expect(indentXml(text)).toBeUndefined(),
);

test("bytes are shown in lines of 16 with their text", () => {
  expect(hexLines(Buffer.from("xtenant\u0000\u001b[31m \u00e9nd"))).toEqual([
    "00000000  78 74 65 6e 61 6e 74 00 1b 5b 33 31 6d 20 c3 a9  xtenant..[31m ..",
    "00000010  6e 64                                            nd",
  ]);
});
