import fc from "fast-check";
import { expect, test } from "vitest";
import { encodedSize } from "../../../src/lib/azure/service-bus/encode-message.ts";
import type { Outgoing, PropertyValue } from "../../../src/lib/domain/message.ts";
import { omitUndefined } from "../../../src/lib/domain/omit-undefined.ts";
import { atMostBytes } from "../../../src/lib/send/message-size.ts";
import { bareMessages } from "../../fakes/raw-amqp.ts";

const text = fc.string({ unit: "grapheme", maxLength: 300 });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const property: fc.Arbitrary<PropertyValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.double(),
  fc.uint8Array({ maxLength: 300 }),
  fc.webUrl().map((value) => ({ type: "uri", value }) as const),
  fc.constant({ type: "timespan", value: "-1.02:03:04.0000005" } as const),
  fc.constant({ type: "datetime-offset", value: "2026-01-01T00:00:00Z" } as const),
);
const outgoing = fc
  .record({
    messageId: text,
    correlationId: maybe(text),
    sessionId: maybe(text),
    partitionKey: maybe(text),
    replyTo: maybe(text),
    replyToSessionId: maybe(text),
    to: maybe(text),
    subject: maybe(text),
    contentType: maybe(text),
    contentEncoding: maybe(text),
    timeToLive: maybe(fc.constantFrom(1, 90 * 86_400_000)),
    scheduledAt: maybe(fc.constant(new Date(0))),
    body: fc.uint8Array({ maxLength: 1_000 }),
    properties: maybe(fc.dictionary(text, property, { maxKeys: 5 })),
  })
  .map((fields) => omitUndefined(fields) as Outgoing);

test("the quick estimate of a message's size is never smaller than the message", () => {
  fc.assert(
    fc.property(outgoing, (message) => {
      expect(atMostBytes(message)).toBeGreaterThanOrEqual(encodedSize(message));
    }),
  );
});

test("nor for a copy of any message", () => {
  fc.assert(
    fc.property(bareMessages, maybe(text), (bare, partitionKey) => {
      const copy: Outgoing = {
        messageId: "",
        body: Buffer.alloc(0),
        bare,
        timeToLive: 1,
        ...omitUndefined({ partitionKey }),
      };

      expect(atMostBytes(copy)).toBeGreaterThanOrEqual(encodedSize(copy));
    }),
  );
});
