import { expect, test } from "vitest";
import { messageRecord, readableBody } from "../../../src/lib/domain/message-record.ts";
import { incoming } from "../../fakes/incoming.ts";

test.each([Number.NaN, 8_640_000_000_000_001])("a time that no calendar has (%s) does not end the reading", (time) => {
  const message = incoming({ properties: { at: new Date(time) } });

  expect(() => JSON.stringify(messageRecord(message))).not.toThrow();
});

test("a body that is declared JSON and says null is null, not a word", () => {
  expect(readableBody(Buffer.from("null"), "application/json")).toEqual({ body: null });
});
