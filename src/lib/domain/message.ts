import type { TypedValue } from "./typed-value.ts";

/**
 * An application property to be sent. A plain number is sent as the smallest suitable AMQP type (uint, int, ulong, long, double);
 * a typed value is sent as exactly its type.
 */
export type PropertyValue = string | number | boolean | Date | Uint8Array | TypedValue | null;

/** A message to be sent. The body is sent as exactly these bytes (one AMQP data section). */
export type Outgoing = {
  readonly messageId: string;
  readonly body: Uint8Array;
  readonly correlationId?: string;
  readonly subject?: string;
  readonly contentType?: string;
  readonly sessionId?: string;
  readonly partitionKey?: string;
  readonly replyTo?: string;
  readonly replyToSessionId?: string;
  readonly to?: string;
  /** Milliseconds after which the queue may drop the message. */
  readonly timeToLive?: number;
  /** The broker delivers the message at this time or later. */
  readonly scheduledAt?: Date;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
};

/** A received message. The sender controls all of its content, so it is not trusted. */
export type Incoming = {
  readonly messageId: string | undefined;
  readonly correlationId: string | undefined;
  readonly subject: string | undefined;
  readonly contentType: string | undefined;
  readonly sessionId: string | undefined;
  readonly partitionKey: string | undefined;
  readonly replyTo: string | undefined;
  readonly replyToSessionId: string | undefined;
  readonly to: string | undefined;
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
  readonly properties: Readonly<Record<string, unknown>>;
  /** The bytes of an AMQP data section, or the decoded value of a sender that used AMQP values. */
  readonly body: unknown;
};

/** Scheduled messages wait for their time. Deferred messages are received by number. Only peeking shows both. */
export type MessageState = "active" | "deferred" | "scheduled";
