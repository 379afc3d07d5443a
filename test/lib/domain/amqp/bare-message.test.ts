import fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedAmqp } from "../../../../src/lib/domain/amqp/amqp-value.ts";
import { editBareMessage, parseBareMessage, startOfBareMessage } from "../../../../src/lib/domain/amqp/bare-message.ts";
import { encodeString } from "../../../../src/lib/domain/amqp/encode-value.ts";
import { encodeBareMessage } from "../../../../src/lib/domain/encode-bare-message.ts";
import { messageLine, parseDraft } from "../../../../src/lib/domain/message-line.ts";
import { messageRecord } from "../../../../src/lib/domain/message-record.ts";
import { incoming } from "../../../fakes/incoming.ts";
import * as amqp from "../../../fakes/raw-amqp.ts";

const restored = (line: object) => {
  const draft = parseDraft(JSON.stringify(line));
  return Buffer.from(draft.bare ?? encodeBareMessage(draft, new Date()));
};

test("every message is the same bytes again after a line of an export, and after a record", () => {
  fc.assert(
    fc.property(amqp.bareMessages, (bare) => {
      const message = incoming({ bare });

      expect(restored(messageLine(message)).equals(bare)).toBe(true);
      expect(restored(messageRecord(message)).equals(bare)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a property that is added and removed again leaves the same bytes", () => {
  fc.assert(
    fc.property(amqp.bareMessages, (bare) => {
      const added = editBareMessage(bare, { set: { DeadLetterReason: encodeString("Broken") } });
      const removed = editBareMessage(added, { remove: new Set(["DeadLetterReason"]) });

      expect(added.equals(bare)).toBe(false);
      expect(removed.equals(bare)).toBe(true);
    }),
  );
});

test("a new id and a new time to live change nothing else", () => {
  fc.assert(
    fc.property(amqp.bareMessages, (bare) => {
      const before = parseBareMessage(bare);
      const copy = parseBareMessage(editBareMessage(bare, { messageId: "copy", times: { creation: 1, expiry: 2 } }));

      expect(copy.fields[0]).toEqual({ type: "string", value: "copy" });
      expect(copy.fields.slice(8, 10).map(({ value }) => value)).toEqual([2, 1]);
      const others = (fields: readonly unknown[]) => [...fields.slice(1, 8), ...fields.slice(10)];
      expect(others(copy.fields)).toEqual(others(before.fields));
      expect(copy.applicationProperties).toEqual(before.applicationProperties);
      expect(copy.body).toEqual(before.body);
    }),
  );
});

test("the bare message starts behind the header and the annotations, also with symbolic descriptors", () => {
  const header = amqp.described(amqp.symbol("amqp:header:list"), amqp.list());
  const annotations = amqp.section(0x72, amqp.map([[amqp.symbol("x-opt-sequence-number"), amqp.long(1n)]]));
  const bare = Buffer.concat([amqp.properties({ messageId: amqp.string("m") }), amqp.data("x")]);

  expect(startOfBareMessage(Buffer.concat([header, annotations, bare]))).toBe(header.length + annotations.length);
  expect(startOfBareMessage(bare)).toBe(0);
});

test("bytes that are not a message are refused with one error, whatever they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseBareMessage(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAmqp);
      }
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(amqp.bareMessages, fc.nat(), fc.integer({ min: 0, max: 255 }), (bare, position, byte) => {
      const changed = Buffer.from(bare);
      changed[position % bare.length] = byte;
      const line = messageLine(incoming({ bare: changed }));

      expect(restored(line).equals(changed)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
