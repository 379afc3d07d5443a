import { Buffer } from "node:buffer";
import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import Long from "long";
import rhea, { type Delivery, type Message } from "rhea";
import type { AnnotatedMessage } from "./decode-message.ts";

/** The annotations of Service Bus (Service Bus AMQP protocol guide, "Message annotations"). */
const names = {
  deadLetterSource: "x-opt-deadletter-source",
  enqueuedTime: "x-opt-enqueued-time",
  lockedUntil: "x-opt-locked-until",
  messageState: "x-opt-message-state",
  partitionKey: "x-opt-partition-key",
  scheduledTime: "x-opt-scheduled-enqueue-time",
  sequenceNumber: "x-opt-sequence-number",
} as const;

const states: ReadonlyMap<unknown, ServiceBusReceivedMessage["state"]> = new Map([
  [1, "deferred"],
  [2, "scheduled"],
]);

/** How `parsed` and `bare` are found is the matter of raw-messages.ts. */
type Annotations = { readonly [name in (typeof names)[keyof typeof names]]?: unknown };

/**
 * A received message as rhea has it, with the fields that the SDK reads when it settles a message or renews its lock. The SDK's own
 * copy of a message costs more than everything else that is done with it.
 */
export class LinkMessage implements AnnotatedMessage {
  readonly delivery: Delivery;
  readonly messageId: string | undefined;
  readonly deliveryCount: number | undefined;
  readonly timeToLive: number | undefined;
  /** The SDK writes here when it has renewed the lock. */
  lockedUntilUtc: Date | undefined;
  readonly _rawAmqpMessage: { readonly messageAnnotations: Annotations };

  constructor(message: Message, delivery: Delivery) {
    const annotations: Annotations = message.message_annotations ?? {};
    this.delivery = delivery;
    this.messageId = message.message_id as string | undefined;
    this.deliveryCount = message.delivery_count;
    this.timeToLive = message.ttl;
    this.lockedUntilUtc = dateOf(annotations[names.lockedUntil]);
    this._rawAmqpMessage = { messageAnnotations: annotations };
  }

  #textOf(name: keyof Annotations): string | undefined {
    const found = this._rawAmqpMessage.messageAnnotations[name];
    return typeof found === "string" ? found : undefined;
  }

  get partitionKey(): string | undefined {
    return this.#textOf(names.partitionKey);
  }
  get deadLetterSource(): string | undefined {
    return this.#textOf(names.deadLetterSource);
  }
  get enqueuedTimeUtc(): Date | undefined {
    return dateOf(this._rawAmqpMessage.messageAnnotations[names.enqueuedTime]);
  }
  get scheduledEnqueueTimeUtc(): Date | undefined {
    return dateOf(this._rawAmqpMessage.messageAnnotations[names.scheduledTime]);
  }
  get state(): ServiceBusReceivedMessage["state"] {
    return states.get(this._rawAmqpMessage.messageAnnotations[names.messageState]) ?? "active";
  }
  /** rhea reads a number that JavaScript cannot hold as eight bytes. */
  get sequenceNumber(): Long | undefined {
    const found = this._rawAmqpMessage.messageAnnotations[names.sequenceNumber];
    if (Buffer.isBuffer(found)) return Long.fromBytesBE([...found]);
    return typeof found === "number" ? Long.fromNumber(found) : undefined;
  }
  /** The delivery tag is the lock token, a GUID whose first three parts are little-endian (MS-DTYP 2.3.4.2). */
  get lockToken(): string {
    const token = Buffer.from(this.delivery.tag);
    for (const [start, end] of [
      [0, 4],
      [4, 6],
      [6, 8],
    ] as const)
      token.subarray(start, end).reverse();
    return rhea.uuid_to_string(token);
  }
}

const dateOf = (value: unknown): Date | undefined =>
  value instanceof Date || typeof value === "number" ? new Date(value) : undefined;
