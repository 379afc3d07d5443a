import type { IdType, MessageView } from "./message-view.ts";
import type { TypedValue } from "./typed-value.ts";

/**
 * An application property to be sent. A plain number is sent as the smallest suitable AMQP type (uint, int, ulong, long, double);
 * a typed value is sent as exactly its type.
 */
export type PropertyValue = string | number | boolean | Date | Uint8Array | TypedValue | null;

/** What a sender says in a message. The body is sent as exactly these bytes (one AMQP data section). */
export type MessageContent = {
  readonly messageId?: string;
  /** The type of an id that is not text: a uuid, a ulong in digits, binary as base64. */
  readonly messageIdType?: IdType;
  readonly body: Uint8Array;
  readonly correlationId?: string;
  readonly correlationIdType?: IdType;
  readonly subject?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly sessionId?: string;
  readonly replyTo?: string;
  readonly replyToSessionId?: string;
  readonly to?: string;
  /** Milliseconds after which the queue may drop the message. */
  readonly timeToLive?: number;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
};

/** A message to be sent. */
export type Outgoing = MessageContent & {
  /** Empty for a copy of a message that has no id. */
  readonly messageId: string;
  readonly partitionKey?: string;
  /** The broker delivers the message at this time or later. */
  readonly scheduledAt?: Date;
  /**
   * A copy of a received message: the bare message (docs/message-format.md), which is sent as exactly these bytes. The other fields
   * then only repeat it, except those that are not part of it: the time to live in the header, the partition key and the scheduled
   * time.
   */
  readonly bare?: Uint8Array;
};

/** A received message. The sender controls all of its content, so it is not trusted. */
export type Incoming = MessageView & {
  /** The bare message as it arrived, with its footer: every copy is made from it. */
  readonly bare: Uint8Array;
  readonly partitionKey: string | undefined;
  /** Milliseconds. */
  readonly timeToLive: number | undefined;
  readonly sequenceNumber: bigint;
  readonly enqueuedAt: Date;
  readonly expiresAt: Date | undefined;
  /** When a scheduled message becomes, or became, active. */
  readonly scheduledAt: Date | undefined;
  readonly state: MessageState;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  /** For a dead letter: the reason and description from the process that dead-lettered it, and the queue it comes from. */
  readonly deadLetterReason: string | undefined;
  readonly deadLetterErrorDescription: string | undefined;
  readonly deadLetterSource: string | undefined;
};

/** Scheduled messages wait for their time. Deferred messages are received by number. Only peeking shows both. */
export type MessageState = "active" | "deferred" | "scheduled";
