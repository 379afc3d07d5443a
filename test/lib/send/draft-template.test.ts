import { expect, test } from "vitest";
import { draftTemplate } from "../../../src/lib/send/draft-template.ts";
import { readLines } from "../../../src/lib/send/json-lines.ts";
import { createRateLimiter } from "../../../src/lib/send/rate-limiter.ts";

const filling = { customer: "acme", count: 7 };

test("placeholders in body, ids and subject are filled in separately for each message", () => {
  const fill = draftTemplate({ messageId: "{{customer}}-{{ count }}", body: Buffer.from('{"id":"{{uuid}}"}') });

  const [one, other] = [fill(filling), fill(filling)];

  expect(one.messageId).toBe("acme-7");
  expect(String(one.body)).toMatch(/^\{"id":"[0-9a-f-]{36}"\}$/);
  expect(String(one.body)).not.toBe(String(other.body));
});

test.each(["{{host}}", "{{}}", "{{constructor}}"])("%s is no placeholder, and nothing is sent", (body) => {
  expect(() => draftTemplate({ body: Buffer.from(body) })).toThrow(/is not a placeholder/);
});

test("braces that make no placeholder stay as they are", () => {
  const body = '{"a":{"b":{}}} {{ {x}';

  expect(String(draftTemplate({ body: Buffer.from(body) })(filling).body)).toBe(body);
});

test("lines keep their numbers across blank lines and across chunks of the input", async () => {
  const chunks = [Buffer.from('\n{"a":'), Buffer.from("1}\r\n\n\xc3", "latin1"), Buffer.from("\xa4", "latin1")];

  const lines = (
    await Array.fromAsync(
      readLines(
        (async function* () {
          yield* chunks;
        })(),
      ),
    )
  ).flat();

  expect(lines).toEqual([
    { number: 2, text: '{"a":1}\r' },
    { number: 4, text: "ä" },
  ]);
});

test("a line that is not UTF-8 is named, not repaired, and the others are read; a byte order mark is no text", async () => {
  const broken = (async function* () {
    yield Buffer.from("\uFEFFa\n");
    yield Buffer.from([0xff, 0x0a, 0x62]);
  })();

  expect((await Array.fromAsync(readLines(broken))).flat()).toEqual([
    { number: 1, text: "a" },
    { number: 2, problem: "it is not UTF-8" },
    { number: 3, text: "b" },
  ]);
});

test("a pace lets messages go at even distances, and makes up for what was late", () => {
  let now = 0;
  const wait = createRateLimiter(10, { now: () => now });

  expect([wait(), wait(), wait()]).toEqual([0, 100, 200]);
  now = 350;
  expect([wait(), wait()]).toEqual([0, 50]);
});
