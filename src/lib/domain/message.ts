import type { TypedValue } from "./typed-value.ts";

/**
 * An application property to be sent. A plain number is sent as the shortest fitting AMQP type (uint, int, ulong, long, double);
 * a typed value, as exactly its type.
 */
export type PropertyValue = string | number | boolean | Date | Uint8Array | TypedValue | null;

/** A message to be sent. The body is sent as these very bytes (one AMQP data section). */
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
  /** Milliseconds until the queue may drop it. */
  readonly timeToLive?: number;
  /** The broker keeps the message back until then. */
  readonly scheduledAt?: Date;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
};

/** A message as it was read. All of it is foreign: the other side chose every byte. */
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
  /** Of a dead letter: why it is one, in the words of whoever put it there, and the queue it comes from. */
  readonly deadLetterReason: string | undefined;
  readonly deadLetterErrorDescription: string | undefined;
  readonly deadLetterSource: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The bytes of an AMQP data section, or the decoded value of a sender that used AMQP values. */
  readonly body: unknown;
};

/** Scheduled messages wait for their time, deferred ones to be asked for by number; both are seen by peeking only. */
export type MessageState = "active" | "deferred" | "scheduled";
