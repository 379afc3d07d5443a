import fc from "fast-check";
import { expect, test } from "vitest";
import { messageRecord } from "../../src/lib/domain/message-record.ts";
import { incoming } from "../fakes/incoming.ts";
import { targets } from "./fuzz.ts";

/** A part of the cases of `node test/threats/run-fuzz.ts`, always with the same seed. */
test.each(targets)("$name", ({ property }) => {
  fc.assert(property, { seed: 20_261_124, numRuns: 1_000 });
});

test.each([1_000, 10_000, 100_000, 1_000_000])(
  "a body with %i levels is shown as text, and causes no error",
  (depth) => {
    const text = "[".repeat(depth) + "]".repeat(depth);
    const record = messageRecord(incoming({ body: Buffer.from(text), contentType: "application/json" }));

    expect(record.body).toBe(text);
    expect(JSON.stringify(record)).toContain("[[[");
  },
);

test("a body of the maximum size is one line, in a short time", () => {
  const body = Buffer.alloc(20 * 1024 * 1024, "\u001b");

  expect(JSON.stringify(messageRecord(incoming({ body })))).not.toContain("\u001b");
});
