import { createDeadlines } from "../timers/deadlines.ts";
import type { Consumer } from "./consumers.ts";
import { createMessageLocks } from "./message-locks.ts";
import { createMessageSequence } from "./message-sequence.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import type { DeadLetter, Entry, Lock, MessageEvent, StoredMessage } from "./stored-message.ts";
import { failedTooOften, type SubQueuePolicy } from "./sub-queue-policy.ts";
import { createWaitingMessages } from "./waiting-messages.ts";

/** The result of a settlement: the lock may have expired, or the queue may not allow it. */
export type Settlement = "done" | "lockLost" | "notAllowed";

/** How a settlement changes a message's payload. */
export type Change<P> = (payload: P) => P;

/** One ordered set of messages with locks: a queue, or one of its dead-letter queues. */
export type SubQueue<P> = {
  readonly size: number;
  readonly sizeBytes: number;
  readonly scheduled: number;
  /** Stores the message, and does not deliver it yet. */
  add(entry: Entry<P>): void;
  /** Delivers waiting messages while there are messages and consumers. */
  serve(): void;
  /** Adds the consumer, for the messages of one session where there are sessions; the returned function removes it. */
  addConsumer(consumer: Consumer<P>, session?: string): () => void;
  readonly sessions: Sessions;
  /** Ids of the sessions that have messages or a state, in order; with a time, of those whose state was set after it. */
  sessionIds(stateSetAfter?: number): string[];
  complete(token: string): Settlement;
  /** Unlocks the message and counts a failed delivery. */
  abandon(token: string, change?: Change<P>): Settlement;
  /** Unlocks the message as if it had not been delivered. */
  release(token: string): Settlement;
  /** Sets the message aside, which counts as a delivery like an abandoned one. */
  defer(token: string, change?: Change<P>): Settlement;
  deadLetter(token: string, cause: DeadLetter, change?: Change<P>): Settlement;
  /** The lock with its new expiry, or undefined when it is lost. */
  renew(token: string): Lock | undefined;
  /** All of the deferred messages, or undefined when one of them is missing, not deferred, locked or in another session. */
  receiveDeferred(
    numbers: readonly number[],
    mode: Consumer<P>["mode"],
    session?: string,
  ): StoredMessage<P>[] | undefined;
  /** Up to `count` messages in order, of one session or of all, whatever their state, locked or not. */
  peek(start: number, count: number, session?: string): StoredMessage<P>[];
  /** Cancels scheduled messages: all of them, or none and false when one is missing or not scheduled. */
  cancelScheduled(sequenceNumbers: readonly number[]): boolean;
  close(): void;
};

export function createSubQueue<P>(policy: SubQueuePolicy<P>): SubQueue<P> {
  const { clock, saver } = policy;
  const messages = createMessageSequence<Entry<P>>();
  const lines = createWaitingMessages<P>();
  const deadlines = createDeadlines(clock, serve);
  const sessions = createSessions({ ...policy, deadlines, next: lines.longestWaiting, freed });
  const sessionOf = ({ sessionId }: Entry<P>) => (policy.hasSessions() ? sessionId : undefined);
  const { lock, unlock, holder, ofSession } = createMessageLocks<P>({ ...policy, deadlines, sessionEnd, expire: fail });
  let sizeBytes = 0;
  let scheduled = 0;

  function add(entry: Entry<P>) {
    messages.add(entry);
    sizeBytes += entry.sizeBytes;
    saver?.changed(entry);
    const { expiresAt } = entry;
    if (entry.awaitsTime) {
      scheduled++;
      entry.activates = deadlines.add(entry.enqueuedAt, () => activate(entry));
      return;
    }
    if (expiresAt !== undefined) entry.expires = deadlines.add(expiresAt, () => expireUnlessLocked(entry));
    if (entry.state !== "deferred") lines.add(sessionOf(entry), entry);
  }

  function sessionEnd(entry: Entry<P>) {
    const session = sessionOf(entry);
    return session === undefined ? undefined : sessions.lockOf(session)?.until;
  }

  /** Only an expired lock counts as failed deliveries; a released session does not (Service Bus docs). */
  function freed(id: string, how: "expired" | "released") {
    for (const entry of ofSession(id)) how === "expired" ? fail(entry) : restore(entry);
    if (how === "released") serve();
  }

  function remove(entry: Entry<P>) {
    if (entry.awaitsTime) scheduled--;
    lines.remove(sessionOf(entry), entry);
    for (const deadline of [entry.expires, entry.activates]) if (deadline) deadlines.cancel(deadline);
    unlock(entry);
    entry.expires = entry.activates = undefined;
    messages.remove(entry);
    saver?.removed(entry);
    sizeBytes -= entry.sizeBytes;
  }

  /** A scheduled message can be received as if it were sent now, under a new sequence number (Service Bus docs); its state stays. */
  function activate(entry: Entry<P>) {
    remove(entry);
    const { timeToLive } = entry;
    entry.awaitsTime = false;
    entry.sequenceNumber = policy.nextSequenceNumber();
    entry.expiresAt = timeToLive === undefined ? undefined : entry.enqueuedAt + timeToLive;
    add(entry);
  }

  /** Locked messages expire only after their lock ends, and deferred ones never do (Service Bus docs). */
  function expireUnlessLocked(entry: Entry<P>) {
    entry.expires = undefined;
    if (entry.lock || entry.state === "deferred") return;
    remove(entry);
    policy.expire(entry);
  }

  /** Ends a failed delivery: it was abandoned, or its lock expired. */
  function fail(entry: Entry<P>) {
    countDelivery(entry);
    const limit = policy.maxDeliveryCount();
    if (entry.deliveryCount < limit || !policy.deadLetter) return restore(entry);
    remove(entry);
    policy.deadLetter(entry, failedTooOften(limit));
  }

  function countDelivery(entry: Entry<P>) {
    if (policy.countsDeliveries) entry.deliveryCount++;
  }

  function restore(entry: Entry<P>) {
    unlock(entry);
    saver?.changed(entry);
    if (entry.state === "deferred") return;
    if (entry.expiresAt !== undefined && entry.expiresAt <= clock.now()) expireUnlessLocked(entry);
    else lines.add(sessionOf(entry), entry);
  }

  function postpone(entry: Entry<P>) {
    unlock(entry);
    countDelivery(entry);
    entry.state = "deferred";
    saver?.changed(entry);
  }

  /** Delivers a message: it is locked and stays, or it is removed. */
  function hand(entry: Entry<P>, mode: Consumer<P>["mode"]): StoredMessage<P> {
    lines.remove(sessionOf(entry), entry);
    if (mode === "peekLock") {
      lock(entry);
      saver?.changed(entry);
    } else remove(entry);
    policy.watch("delivered", entry);
    return { ...entry };
  }

  /** Every operation starts with this: it runs the deadlines that a late timer missed, and serves waiting consumers. */
  function serve() {
    deadlines.runDue();
    sessions.serve();
    lines.serve(hand);
  }

  type Outcome = readonly [MessageEvent, (entry: Entry<P>) => void];

  function settle(token: string, [what, outcome]: Outcome, change?: Change<P>): Settlement {
    serve();
    const entry = holder(token);
    if (!entry) return "lockLost";
    policy.watch(what, entry);
    if (change) entry.payload = change(entry.payload);
    outcome(entry);
    serve();
    return "done";
  }

  /** The messages with these numbers, or undefined when one is missing or does not fit. */
  function find(sequenceNumbers: readonly number[], fits: (entry: Entry<P>) => boolean) {
    const wanted = new Set(sequenceNumbers);
    const entries = [...wanted].map((number) => messages.get(number)).filter((entry) => entry !== undefined);
    return entries.length === wanted.size && entries.every(fits) ? entries : undefined;
  }

  return {
    get size() {
      return messages.size;
    },
    get sizeBytes() {
      return sizeBytes + sessions.states.sizeBytes;
    },
    get scheduled() {
      return scheduled;
    },
    add,
    serve,
    addConsumer: (consumer, session) => lines.addConsumer(session, consumer),
    sessions,
    sessionIds(stateSetAfter) {
      const withMessages = stateSetAfter === undefined ? [...messages.from(0)].map(sessionOf) : [];
      const ids = [...withMessages, ...sessions.states.ids(stateSetAfter)].filter((id) => id !== undefined);
      return [...new Set(ids)].sort();
    },
    complete: (token) => settle(token, ["completed", remove]),
    abandon: (token, change) => settle(token, ["abandoned", fail], change),
    release: (token) => settle(token, ["released", restore]),
    defer: (token, change) => settle(token, ["deferred", postpone], change),
    deadLetter(token, cause, change) {
      const { deadLetter } = policy;
      if (!deadLetter) return "notAllowed";
      const move = (entry: Entry<P>) => {
        remove(entry);
        deadLetter(entry, cause);
      };
      return settle(token, ["deadLettered", move], change);
    },
    renew(token) {
      serve();
      const entry = holder(token);
      return entry && lock(entry, token);
    },
    receiveDeferred(numbers, mode, session) {
      serve();
      const isFree = (entry: Entry<P>) => entry.state === "deferred" && !entry.lock && sessionOf(entry) === session;
      const entries = find(numbers, isFree);
      return entries?.map((entry) => hand(entry, mode));
    },
    peek(start, count, session) {
      serve();
      const found: StoredMessage<P>[] = [];
      for (const entry of messages.from(start)) {
        if (found.length >= count) break;
        if (session === undefined || entry.sessionId === session) found.push({ ...entry });
      }
      return found;
    },
    cancelScheduled(sequenceNumbers) {
      serve();
      const entries = find(sequenceNumbers, ({ awaitsTime }) => awaitsTime);
      for (const entry of entries ?? []) remove(entry);
      return entries !== undefined;
    },
    close: () => deadlines.close(),
  };
}
