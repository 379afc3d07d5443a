import type { Incoming } from "../../src/lib/domain/message.ts";
import { Failure } from "../../src/lib/errors/failure.ts";
import type { LockedMessage, Receiver, Session } from "../../src/lib/ports/azure-services.ts";

/** A clock that a test can move on; otherwise it runs with the real one. */
export type MemoryClock = { now(): number; advance(milliseconds: number): void };

export function createMemoryClock(): MemoryClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance: (milliseconds) => {
      offset += milliseconds;
    },
  };
}

/** What locks a message: it is replaced by each new lock, so that the holder of an earlier one cannot settle the message. */
type Lock = { until: number };

export type Entry = { message: Incoming; lock?: Lock };

export type MemoryQueue = {
  readonly clock: MemoryClock;
  readonly messages: Entry[];
  readonly deadLetters: Entry[];
  readonly sessions: Map<string, Lock>;
  /** The following may be set by a test. */
  requiresSession: boolean;
  forwards: boolean;
  lockMilliseconds: number;
  maxDeliveryCount: number;
  /** How many of the next calls the namespace throttles. */
  throttledCalls: number;
};

export const createMemoryQueue = (clock: MemoryClock): MemoryQueue => ({
  clock,
  messages: [],
  deadLetters: [],
  sessions: new Map(),
  requiresSession: false,
  forwards: false,
  lockMilliseconds: 60_000,
  maxDeliveryCount: 10,
  throttledCalls: 0,
});

export const isLocked = ({ clock }: MemoryQueue, { lock }: Entry): boolean => lock !== undefined && isHeld(clock, lock);

const isHeld = (clock: MemoryClock, lock: Lock) => lock.until > clock.now();

/** Throws what the service answers while it throttles. */
export function requireCapacity(queue: MemoryQueue): void {
  if (queue.throttledCalls === 0) return;
  queue.throttledCalls -= 1;
  throw new Failure("ServiceBusy", "the namespace throttles");
}

const lockLost = (code: "MessageLockLost" | "SessionLockLost") =>
  new Failure(code, "the lock ended before the message was settled");

/** The message can be received again: it counts one more delivery, or becomes a dead letter after the last one. */
function unlock(queue: MemoryQueue, entries: Entry[], entry: Entry): void {
  entry.lock = undefined;
  const deliveryCount = entry.message.deliveryCount + 1;
  if (entries === queue.deadLetters || deliveryCount <= queue.maxDeliveryCount)
    entry.message = { ...entry.message, deliveryCount };
  else moveToDeadLetters(queue, entries, entry, "MaxDeliveryCountExceeded", "the message was delivered too often");
}

function moveToDeadLetters(queue: MemoryQueue, entries: Entry[], entry: Entry, reason: string, description: string) {
  remove(entries, entry);
  const message = { ...entry.message, deadLetterReason: reason, deadLetterErrorDescription: description };
  queue.deadLetters.push({ message });
}

const remove = (entries: Entry[], entry: Entry) => void entries.splice(entries.indexOf(entry), 1);

/** Unlocks the messages whose locks have ended. */
export function expireLocks(queue: MemoryQueue): void {
  for (const entries of [queue.messages, queue.deadLetters])
    for (const entry of [...entries]) if (entry.lock && !isHeld(queue.clock, entry.lock)) unlock(queue, entries, entry);
}

type Access = {
  readonly authorise: () => void;
  /** Set where a session locks its messages. */
  readonly session?: { readonly id: string; readonly lock: Lock };
};

/** A receiver of a list of entries, which may be a queue's messages or its dead letters. */
export function memoryInbox(queue: MemoryQueue, entries: Entry[], { authorise, session }: Access): Receiver {
  const isMine = ({ message }: Entry) => session === undefined || message.sessionId === session.id;
  const lockEntry = (entry: Entry): LockedMessage => {
    const lock = session?.lock ?? { until: queue.clock.now() + queue.lockMilliseconds };
    entry.lock = lock;
    const requireLock = () => {
      requireCapacity(queue);
      if (entry.lock !== lock || !isHeld(queue.clock, lock))
        throw lockLost(session ? "SessionLockLost" : "MessageLockLost");
    };
    return {
      message: entry.message,
      get lockedUntil() {
        return new Date(lock.until);
      },
      complete: async () => {
        requireLock();
        entry.lock = undefined;
        remove(entries, entry);
      },
      abandon: async () => {
        requireLock();
        unlock(queue, entries, entry);
      },
      deadLetter: async (reason, description) => {
        requireLock();
        entry.lock = undefined;
        moveToDeadLetters(queue, entries, entry, reason, description);
      },
      renewLock: async () => {
        requireLock();
        lock.until = queue.clock.now() + queue.lockMilliseconds;
      },
    };
  };
  const receive: Receiver["receive"] = async (max) => {
    authorise();
    requireCapacity(queue);
    // So that a consumer that asks again and again lets others run.
    await new Promise((resolve) => setImmediate(resolve));
    if (session && !isHeld(queue.clock, session.lock)) throw lockLost("SessionLockLost");
    expireLocks(queue);
    return entries
      .filter((entry) => entry.lock === undefined && entry.message.state === "active" && isMine(entry))
      .slice(0, max)
      .map(lockEntry);
  };
  return {
    peek: async (max, from = 0n) => {
      authorise();
      requireCapacity(queue);
      expireLocks(queue);
      return entries
        .map(({ message }) => message)
        .filter(({ sequenceNumber }) => sequenceNumber >= from)
        .slice(0, max);
    },
    receive,
    open: async () => {},
    receiveDeferred: async (sequenceNumber) => {
      authorise();
      expireLocks(queue);
      const found = entries.find(
        (entry) =>
          entry.lock === undefined &&
          entry.message.state === "deferred" &&
          isMine(entry) &&
          entry.message.sequenceNumber === sequenceNumber,
      );
      if (found === undefined) throw new Failure("MessageNotFound");
      return lockEntry(found);
    },
    tail: async function* (signal, { onOpened = () => {} } = {}) {
      authorise();
      onOpened();
      let last: readonly LockedMessage[] = [];
      try {
        while (!signal.aborted) {
          last = await receive(32, 0);
          if (last.length > 0) yield last;
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        // A tail that ends sends back what its reader has not settled.
        for (const held of last) await held.abandon().catch(() => {});
      }
    },
  };
}

/** The session locked for the caller, or undefined when another receiver has locked it. */
export function memorySession(queue: MemoryQueue, id: string, authorise: () => void): Session | undefined {
  const other = queue.sessions.get(id);
  if (other && isHeld(queue.clock, other)) return undefined;
  const lock: Lock = { until: queue.clock.now() + queue.lockMilliseconds };
  queue.sessions.set(id, lock);
  return {
    ...memoryInbox(queue, queue.messages, { authorise, session: { id, lock } }),
    id,
    [Symbol.asyncDispose]: async () => {
      lock.until = 0;
      expireLocks(queue);
      if (queue.sessions.get(id) === lock) queue.sessions.delete(id);
    },
  };
}

/** The session whose first message has waited longest, among those that no receiver has locked. */
export function nextSessionId(queue: MemoryQueue): string | undefined {
  expireLocks(queue);
  const isFree = (id: string) => {
    const lock = queue.sessions.get(id);
    return lock === undefined || !isHeld(queue.clock, lock);
  };
  return queue.messages.find(
    ({ message: { sessionId, state } }) => state === "active" && sessionId !== undefined && isFree(sessionId),
  )?.message.sessionId;
}
