import type { Deadline } from "./deadlines.ts";
import type { HeapEntry } from "./heap.ts";

export type MessageState = "active" | "deferred" | "scheduled";

/** What a sender hands in. Times and durations are milliseconds. */
export type NewMessage<P> = {
  readonly payload: P;
  readonly sizeBytes: number;
  readonly timeToLive: number | undefined;
  readonly scheduledFor: number | undefined;
};

/** Why a message is in the dead-letter queue, and which queue it came from. */
export type DeadLetter = {
  readonly reason: string | undefined;
  readonly description: string | undefined;
};

export type Lock = { readonly token: string; readonly until: number };

/** A message in a queue, as its readers see it. Times are milliseconds since 1970. */
export type StoredMessage<P> = {
  readonly sequenceNumber: number;
  readonly payload: P;
  readonly sizeBytes: number;
  readonly enqueuedAt: number;
  readonly state: MessageState;
  /** How many deliveries have failed. */
  readonly deliveryCount: number;
  readonly lock: Lock | undefined;
  readonly deadLetter: DeadLetter | undefined;
};

/** The engine's own, changeable view of a message. */
export type Entry<P> = {
  sequenceNumber: number;
  payload: P;
  readonly sizeBytes: number;
  readonly timeToLive: number | undefined;
  enqueuedAt: number;
  expiresAt: number | undefined;
  state: MessageState;
  deliveryCount: number;
  lock: Lock | undefined;
  deadLetter: DeadLetter | undefined;
  /** Its place among the messages that may be received; none while it is locked, deferred or scheduled. */
  waiting: HeapEntry<Entry<P>> | undefined;
  lockEnds: Deadline | undefined;
  expires: Deadline | undefined;
  activates: Deadline | undefined;
};
