import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { createDeadlines } from "./deadlines.ts";
import { createHeap } from "./heap.ts";
import { createSequence } from "./sequence.ts";
import type { DeadLetter, Entry, Lock, StoredMessage } from "./stored-message.ts";

/** Someone with room for messages. It is asked and served in turn with the other consumers of the sub-queue. */
export type Consumer<P> = {
  readonly mode: "peekLock" | "receiveAndDelete";
  wantsMore(): boolean;
  deliver(message: StoredMessage<P>): void;
};

/** What became of a settlement; the lock may have ended, or the queue may not allow it. */
export type Settlement = "done" | "lockLost" | "notAllowed";

/** How a settlement changes a message's payload. */
export type Change<P> = (payload: P) => P;

/** One ordered set of messages with locks: a queue proper, or its dead-letter queue. */
export type SubQueue<P> = {
  readonly size: number;
  readonly sizeBytes: number;
  readonly scheduled: number;
  /** Takes the message in, and does not serve it yet. */
  add(entry: Entry<P>): void;
  /** Hands waiting messages to consumers while both last. */
  serve(): void;
  /** Serves this consumer from now on; the returned function stops that. */
  addConsumer(consumer: Consumer<P>): () => void;
  complete(token: string): Settlement;
  /** Frees the message and counts a failed delivery. */
  abandon(token: string, change?: Change<P>): Settlement;
  /** Frees the message as if it had not been delivered. */
  release(token: string): Settlement;
  defer(token: string, change?: Change<P>): Settlement;
  deadLetter(token: string, cause: DeadLetter, change?: Change<P>): Settlement;
  /** The lock with its new end, or undefined when it is lost. */
  renew(token: string): Lock | undefined;
  /** All of the deferred messages, or none and undefined when one of them is not there, not deferred or locked. */
  receiveDeferred(sequenceNumbers: readonly number[], mode: Consumer<P>["mode"]): StoredMessage<P>[] | undefined;
  /** Up to `count` messages in order, whatever their state, locked or not. */
  peek(start: number, count: number): StoredMessage<P>[];
  /** Drops scheduled messages: all of them, or none and false when one is not there or not scheduled. */
  cancelScheduled(sequenceNumbers: readonly number[]): boolean;
  close(): void;
};

/** What distinguishes a queue from its dead-letter queue. */
export type SubQueuePolicy<P> = {
  readonly clock: Clock;
  /** Milliseconds. */
  lockDuration(): number;
  /** After so many failed deliveries a message is dead-lettered. */
  maxDeliveryCount(): number;
  nextSequenceNumber(): number;
  /** Takes a message that leaves this sub-queue; undefined where nothing can be dead-lettered any further. */
  readonly bury: ((entry: Entry<P>, cause: DeadLetter) => void) | undefined;
  /** Takes a message that leaves this sub-queue because its time to live is over. */
  expire(entry: Entry<P>): void;
};

export function createSubQueue<P>(policy: SubQueuePolicy<P>): SubQueue<P> {
  const { clock } = policy;
  const messages = createSequence<Entry<P>>();
  const waiting = createHeap<Entry<P>>();
  const locked = new Map<string, Entry<P>>();
  const consumers: Consumer<P>[] = [];
  const deadlines = createDeadlines(clock, serve);
  let turn = 0;
  let sizeBytes = 0;
  let scheduled = 0;

  function add(entry: Entry<P>) {
    messages.add(entry);
    sizeBytes += entry.sizeBytes;
    const { expiresAt } = entry;
    if (entry.state === "scheduled") {
      scheduled++;
      entry.activates = deadlines.add(entry.enqueuedAt, () => activate(entry));
      return;
    }
    if (expiresAt !== undefined) entry.expires = deadlines.add(expiresAt, () => expireUnlessHeld(entry));
    if (entry.state === "active") entry.waiting = waiting.add(entry.sequenceNumber, entry);
  }

  function remove(entry: Entry<P>) {
    if (entry.state === "scheduled") scheduled--;
    if (entry.waiting) waiting.remove(entry.waiting);
    for (const deadline of [entry.expires, entry.activates]) if (deadline) deadlines.cancel(deadline);
    unlock(entry);
    entry.waiting = entry.expires = entry.activates = undefined;
    messages.remove(entry);
    sizeBytes -= entry.sizeBytes;
  }

  /** A scheduled message becomes active as if it were sent now, under a new sequence number (Service Bus docs). */
  function activate(entry: Entry<P>) {
    remove(entry);
    const { timeToLive } = entry;
    entry.state = "active";
    entry.sequenceNumber = policy.nextSequenceNumber();
    entry.expiresAt = timeToLive === undefined ? undefined : entry.enqueuedAt + timeToLive;
    add(entry);
  }

  /** Held messages outlive their time: locked ones until the lock ends, deferred ones for good (Service Bus docs). */
  function expireUnlessHeld(entry: Entry<P>) {
    entry.expires = undefined;
    if (entry.lock || entry.state === "deferred") return;
    remove(entry);
    policy.expire(entry);
  }

  function lock(entry: Entry<P>, token: string = randomUUID()) {
    unlock(entry);
    const until = clock.now() + policy.lockDuration();
    entry.lock = { token, until };
    entry.lockEnds = deadlines.add(until, () => fail(entry));
    locked.set(token, entry);
    return entry.lock;
  }

  function unlock(entry: Entry<P>) {
    if (entry.lockEnds) deadlines.cancel(entry.lockEnds);
    if (entry.lock) locked.delete(entry.lock.token);
    entry.lockEnds = entry.lock = undefined;
  }

  /** Ends a delivery that came to nothing: abandoned, or its lock ran out. */
  function fail(entry: Entry<P>) {
    entry.deliveryCount++;
    const limit = policy.maxDeliveryCount();
    if (entry.deliveryCount < limit || !policy.bury) return restore(entry);
    remove(entry);
    policy.bury(entry, {
      reason: "MaxDeliveryCountExceeded",
      description: `Message could not be consumed after ${limit} delivery attempts.`,
    });
  }

  function restore(entry: Entry<P>) {
    unlock(entry);
    if (entry.state !== "active") return;
    if (entry.expiresAt !== undefined && entry.expiresAt <= clock.now()) expireUnlessHeld(entry);
    else entry.waiting = waiting.add(entry.sequenceNumber, entry);
  }

  /** Takes a message out for its reader: locked and still here, or gone. */
  function hand(entry: Entry<P>, mode: Consumer<P>["mode"]): StoredMessage<P> {
    if (entry.waiting) waiting.remove(entry.waiting);
    entry.waiting = undefined;
    if (mode === "peekLock") lock(entry);
    else remove(entry);
    return { ...entry };
  }

  function serve() {
    deadlines.runDue();
    for (let refusals = 0; refusals < consumers.length; ) {
      const next = waiting.first()?.item;
      if (!next) return;
      const consumer = consumers[turn++ % consumers.length];
      if (!consumer) return;
      if (consumer.wantsMore()) {
        refusals = 0;
        consumer.deliver(hand(next, consumer.mode));
      } else refusals++;
    }
  }

  function settle(token: string, outcome: (entry: Entry<P>) => void): Settlement {
    deadlines.runDue();
    const entry = locked.get(token);
    if (!entry) return "lockLost";
    outcome(entry);
    serve();
    return "done";
  }

  const changed = (entry: Entry<P>, change: Change<P> | undefined) => {
    if (change) entry.payload = change(entry.payload);
  };

  return {
    get size() {
      return messages.size;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get scheduled() {
      return scheduled;
    },
    add,
    serve,
    addConsumer(consumer) {
      consumers.push(consumer);
      return () => {
        const at = consumers.indexOf(consumer);
        if (at >= 0) consumers.splice(at, 1);
      };
    },
    complete: (token) => settle(token, remove),
    abandon: (token, change) =>
      settle(token, (entry) => {
        changed(entry, change);
        fail(entry);
      }),
    release: (token) => settle(token, restore),
    defer: (token, change) =>
      settle(token, (entry) => {
        changed(entry, change);
        unlock(entry);
        entry.state = "deferred";
      }),
    deadLetter(token, cause, change) {
      const { bury } = policy;
      if (!bury) return "notAllowed";
      return settle(token, (entry) => {
        changed(entry, change);
        remove(entry);
        bury(entry, cause);
      });
    },
    renew(token) {
      deadlines.runDue();
      const entry = locked.get(token);
      return entry && lock(entry, token);
    },
    receiveDeferred(sequenceNumbers, mode) {
      deadlines.runDue();
      const entries = sequenceNumbers.map((number) => messages.get(number));
      if (!entries.every((entry) => entry?.state === "deferred" && !entry.lock)) return undefined;
      return entries.filter((entry) => entry !== undefined).map((entry) => hand(entry, mode));
    },
    peek(start, count) {
      deadlines.runDue();
      const found: StoredMessage<P>[] = [];
      for (const entry of messages.from(start)) {
        if (found.length >= count) break;
        found.push({ ...entry });
      }
      return found;
    },
    cancelScheduled(sequenceNumbers) {
      deadlines.runDue();
      const entries = sequenceNumbers.map((number) => messages.get(number));
      if (!entries.every((entry) => entry?.state === "scheduled")) return false;
      for (const entry of entries) if (entry) remove(entry);
      return true;
    },
    close: () => deadlines.close(),
  };
}
