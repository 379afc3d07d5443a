import type { Deadline } from "../timers/deadlines.ts";
import type { HeapEntry } from "../timers/heap.ts";

/** A message that was scheduled stays `scheduled` after its time has come, until it is deferred. */
export type MessageState = "active" | "deferred" | "scheduled";

/** An event of a message: `repeated` was accepted and dropped as a duplicate. */
export type MessageEvent =
  | "accepted"
  | "repeated"
  | "delivered"
  | "completed"
  | "abandoned"
  | "released"
  | "deferred"
  | "deadLettered";

/** A message from a sender. Times and durations are milliseconds. */
export type NewMessage<P> = {
  readonly payload: P;
  readonly sizeBytes: number;
  readonly timeToLive: number | undefined;
  readonly scheduledFor: number | undefined;
  readonly sessionId: string | undefined;
  /** Identifies the message for duplicate detection; undefined when the sender gave no id. */
  readonly messageId: string | undefined;
  /** Set when another queue forwarded the message. */
  readonly forwarded?: Forwarded;
};

/** Data from the queue that forwarded a message. */
export type Forwarded = {
  /** How many queues have forwarded it. */
  readonly hops: number;
  /** The sequence number in the first queue. */
  readonly sequenceNumber: number;
  readonly deadLetter: DeadLetter | undefined;
};

/** Why a message was dead-lettered. */
export type DeadLetter = {
  readonly reason: string | undefined;
  readonly description: string | undefined;
  /** Name of the queue it was dead-lettered from. */
  readonly source?: string;
};

export type Lock = { readonly token: string; readonly until: number };

/** A message in a queue, as its receivers see it. Times are milliseconds since 1970. */
export type StoredMessage<P> = {
  readonly sequenceNumber: number;
  readonly payload: P;
  readonly sizeBytes: number;
  readonly enqueuedAt: number;
  readonly state: MessageState;
  /** How many deliveries have ended without a settlement that removes the message. */
  readonly deliveryCount: number;
  readonly lock: Lock | undefined;
  readonly deadLetter: DeadLetter | undefined;
  readonly forwarded: Forwarded | undefined;
  readonly timeToLive: number | undefined;
  readonly sessionId: string | undefined;
  readonly messageId: string | undefined;
};

/** A message inside the queue engine, where its fields change. */
export type Entry<P> = {
  sequenceNumber: number;
  payload: P;
  readonly sizeBytes: number;
  readonly timeToLive: number | undefined;
  readonly sessionId: string | undefined;
  readonly messageId: string | undefined;
  readonly forwarded: Forwarded | undefined;
  enqueuedAt: number;
  expiresAt: number | undefined;
  /** Whether its time, `enqueuedAt`, has yet to come. */
  awaitsTime: boolean;
  state: MessageState;
  deliveryCount: number;
  lock: Lock | undefined;
  deadLetter: DeadLetter | undefined;
  /** Its place among the messages that can be received; undefined while it is locked, is deferred or awaits its time. */
  waiting: HeapEntry<Entry<P>> | undefined;
  lockEnds: Deadline | undefined;
  expires: Deadline | undefined;
  activates: Deadline | undefined;
};
