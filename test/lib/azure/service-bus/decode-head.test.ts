import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import rhea from "rhea";
import { expect, test } from "vitest";
import { parseMessage } from "../../../../sandbox/src/service-bus/messages/message-payload.ts";
import { renderMessage } from "../../../../sandbox/src/service-bus/messages/render-message.ts";
import { decodeHead } from "../../../../src/lib/azure/service-bus/decode-head.ts";
import { startOfBareMessage } from "../../../../src/lib/domain/amqp/bare-message.ts";

const wholeNumbers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return rhea.types.wrap_long(bytes);
});
const values = fc.oneof(
  wholeNumbers,
  fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((value) => rhea.types.wrap_uint(value)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => rhea.types.wrap_int(value)),
  fc.integer({ min: 0, max: 2 ** 51 }).map((value) => rhea.types.wrap_long(value)),
  fc.date({ noInvalidDate: true }).map((value) => rhea.types.wrap_timestamp(value.getTime())),
  fc.string({ unit: "grapheme" }),
  fc.boolean(),
  fc.constant(null),
);
const names = fc.string({ minLength: 1 }).map((name) => `x-opt-${name}`);
const heads = fc.record({
  annotations: fc.dictionary(names, values, { maxKeys: 8, noNullPrototype: true }),
  deliveryAnnotations: fc.option(fc.dictionary(names, values, { maxKeys: 2, noNullPrototype: true }), {
    nil: undefined,
  }),
  ttl: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
  deliveryCount: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
});

type Head = Parameters<typeof rhea.message.encode>[0];
const headOf = (message: Head): Buffer => {
  const encoded = rhea.message.encode({ ...message, body: "x" });
  return encoded.subarray(0, startOfBareMessage(encoded));
};

test("a head is decoded as rhea decodes it", () => {
  fc.assert(
    fc.property(heads, ({ annotations, deliveryAnnotations, ttl, deliveryCount }) => {
      const encoded = headOf({
        message_annotations: annotations,
        delivery_annotations: deliveryAnnotations,
        ttl,
        delivery_count: deliveryCount,
      });
      const { message_annotations, ttl: decodedTtl, delivery_count } = rhea.message.decode(encoded);

      const found = decodeHead(encoded);

      expect(found).toEqual({
        delivery_count: delivery_count ?? 0,
        ...(decodedTtl === undefined ? {} : { ttl: decodedTtl }),
        ...(message_annotations === undefined ? {} : { message_annotations: { ...message_annotations } }),
      });
    }),
  );
});

test("what the broker does not write is left to rhea", () => {
  const nested = headOf({ message_annotations: { "x-opt-list": [1, 2] } });
  const torn = headOf({ message_annotations: { "x-opt-a": "b" } }).subarray(0, -1);
  const tornDelivery = headOf({ delivery_annotations: { a: "b" } }).subarray(0, -1);

  expect([nested, torn, tornDelivery, Buffer.from([0, 0x53]), Buffer.from([7])].map(decodeHead)).toEqual(
    Array(5).fill(undefined),
  );
});

test("the head that the sandbox writes is not left to rhea", () => {
  const { payload } = parseMessage(rhea.message.encode({ message_annotations: { own: true }, body: "x" }));
  const encoded = renderMessage({
    ...{ payload, sequenceNumber: 7, enqueuedAt: 1_000, state: "scheduled", deliveryCount: 2 },
    lock: { token: randomUUID(), until: 2_000 },
    deadLetter: { reason: undefined, description: undefined, source: "commands" },
    ...{ sizeBytes: 1, forwarded: undefined, timeToLive: undefined, sessionId: undefined, messageId: undefined },
  });

  expect(decodeHead(encoded.subarray(0, startOfBareMessage(encoded)))).toEqual({
    delivery_count: 2,
    message_annotations: {
      own: true,
      "x-opt-sequence-number": 7,
      "x-opt-enqueued-time": new Date(1_000),
      "x-opt-message-state": 2,
      "x-opt-locked-until": new Date(2_000),
      "x-opt-deadletter-source": "commands",
      "x-opt-enqueue-sequence-number": 7,
    },
  });
});
