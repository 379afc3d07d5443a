import { expect, test } from "vitest";
import { parse } from "yaml";
import { hasJsonErrors, type OutputFormat, outputFormats } from "../../../src/cli/output/output-format.ts";
import { openRecordWriter } from "../../../src/cli/output/record-writer.ts";
import type { JsonValue } from "../../../src/lib/domain/json-value.ts";
import { Failure, failureRecord } from "../../../src/lib/errors/failure.ts";

const customers = [
  { customer: "acme", ok: true, tags: { region: "eu" }, queues: ["commands", "statuses"] },
  { customer: "fabrikam", ok: false, since: null, tags: {} },
];

async function printed(format: OutputFormat, results: readonly JsonValue[], query?: string): Promise<string> {
  const writer = (await openRecordWriter(format, query))("list");
  return [...results.map((result) => writer.write([result])), writer.end()].filter((text) => text !== "").join("\n");
}

async function streamed(format: OutputFormat, batches: readonly (readonly JsonValue[])[], query?: string) {
  const writer = (await openRecordWriter(format, query))("stream");
  return [...batches.map((batch) => writer.write(batch)), writer.end()];
}

test("json and yaml print the complete list, with all values", async () => {
  expect(JSON.parse(await printed("json", customers))).toEqual(customers);
  expect(parse(await printed("yaml", customers))).toEqual(customers);
});

test("one result is an object and no list", async () => {
  const writer = (await openRecordWriter("json", undefined))("one");
  writer.write([{ customer: "acme" }]);

  expect(JSON.parse(writer.end())).toEqual({ customer: "acme" });
});

test("an empty list is empty in each format", async () => {
  const texts = await Promise.all(outputFormats.map((format) => printed(format, [])));

  expect(texts).toEqual(["", "[]", "", "[]", "", ""]);
});

test("table has a heading for each column of one line, and leaves out nested values", async () => {
  expect((await printed("table", customers)).split("\n")).toEqual([
    "Customer  Ok",
    "--------  -----",
    "acme      true",
    "fabrikam  false",
  ]);
});

test("the line below a heading is as wide as the column, also for characters of two columns", async () => {
  expect((await printed("table", [{ n: "日本語", ok: true }])).split("\n")).toEqual([
    "N       Ok",
    "------  ----",
    "日本語  true",
  ]);
});

test("tsv has a value for each column, and JSON for nested values", async () => {
  expect((await printed("tsv", customers)).split("\n")).toEqual([
    'acme\ttrue\t{"region":"eu"}\t["commands","statuses"]\t',
    "fabrikam\tfalse\t{}\t\t",
  ]);
});

test("csv names nested values, quotes cells, and lets no text be a formula", async () => {
  const text = await printed("csv", [
    { customer: "acme", tags: { region: "eu" }, count: -1 },
    { customer: "=HYPERLINK(1)", tags: { region: 'a "b", c' } },
  ]);

  expect(text.split("\n")).toEqual(["customer,tags.region,count", "acme,eu,-1", `'=HYPERLINK(1),"a ""b"", c",`]);
});

test.each(outputFormats)("%s prints no character that a terminal would execute or hide", async (format) => {
  const evil = "\u001b[2J\u009b1m\u202e\u200b\u{e0041}end";

  const text = await printed(format, [{ customer: evil, [evil]: evil, nested: { [evil]: evil } }]);

  expect(text).toContain("end");
  expect(text.replaceAll(/[\t\n]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  if (format === "json" || format === "yaml") expect(parse(text)).toMatchObject([{ customer: evil }]);
});

test("a query is applied to the complete list, as in az", async () => {
  expect(await printed("tsv", customers, "[?ok==`false`].customer")).toBe("fabrikam");
  expect(await printed("tsv", customers, "[?customer==`acme`].[customer, ok]")).toBe("acme\ttrue");
  expect(await printed("json", customers, "length(@)")).toBe("2");
  expect(await printed("table", customers, "[].{Name: customer}")).toBe("Name\n--------\nacme\nfabrikam");
  expect(await printed("jsonl", customers, "[].customer")).toBe('"acme"\n"fabrikam"');
});

test("a stream is printed as it arrives, and a query is applied to each record", async () => {
  const batches = [[{ n: 1, body: "a" }], [{ n: 2, body: "b" }, { n: 3 }]];

  expect(await streamed("tsv", batches)).toEqual(["1\ta", "2\tb\n3\t", ""]);
  expect(await streamed("csv", batches)).toEqual(["n,body\n1,a", "2,b\n3,", ""]);
  expect(await streamed("jsonl", batches, "body")).toEqual(['"a"', '"b"', ""]);
  expect(JSON.parse((await streamed("json", batches)).join("\n"))).toEqual(batches.flat());
  expect(parse((await streamed("yaml", batches)).join("\n"))).toEqual(batches.flat());
  expect(JSON.parse((await streamed("json", [])).join(""))).toEqual([]);
});

test("a failure in a record has its remedy, as with --json", async () => {
  const error = failureRecord(new Failure("NoToken", "no token"));

  expect(JSON.parse(await printed("json", [{ error }], "[0].error.hint"))).toMatch(/./);
});

test("a query that is no JMESPath expression is an error of the command line", async () => {
  await expect(openRecordWriter("json", "[?")).rejects.toMatchObject({ code: "UsageInvalidValue", kind: "usage" });
});

test.each([
  [["status", "--json"], true],
  [["-o", "json", "status"], true],
  [["status", "--output=jsonl"], true],
  [["status", "-ojson"], true],
  [["status", "-o", "table"], false],
  [["send", "acme", "json"], false],
])("%j has errors in JSON: %s", (words, expected) => {
  expect(hasJsonErrors(words)).toBe(expected);
});
