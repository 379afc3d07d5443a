import { randomUUID } from "node:crypto";
import type { Clock } from "../timers/clock.ts";
import type { Deadlines } from "../timers/deadlines.ts";
import type { Entry, Lock } from "./stored-message.ts";

/** The locks of one sub-queue. */
export type MessageLocks<P> = {
  /** Locks the message for a lock duration from now; with its old token this renews the lock. */
  lock(entry: Entry<P>, token?: string): Lock;
  /** Does nothing when the message is not locked. */
  unlock(entry: Entry<P>): void;
  holder(token: string): Entry<P> | undefined;
  /** All locked messages of a session. */
  ofSession(id: string): Entry<P>[];
};

export type MessageLockOptions<P> = {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Milliseconds. */
  lockDuration(): number;
  /** When the lock of the message's session ends, which also ends its own lock; undefined without sessions. */
  sessionEnd(entry: Entry<P>): number | undefined;
  /** Called when a lock expires, while the message still has it. */
  expire(entry: Entry<P>): void;
};

export function createMessageLocks<P>(options: MessageLockOptions<P>): MessageLocks<P> {
  const { clock, deadlines, lockDuration, sessionEnd, expire } = options;
  const locked = new Map<string, Entry<P>>();

  function unlock(entry: Entry<P>) {
    if (entry.lockEnds) deadlines.cancel(entry.lockEnds);
    if (entry.lock) locked.delete(entry.lock.token);
    entry.lockEnds = entry.lock = undefined;
  }

  return {
    lock(entry, token = randomUUID()) {
      unlock(entry);
      const withSession = sessionEnd(entry);
      const until = withSession ?? clock.now() + lockDuration();
      entry.lock = { token, until };
      if (withSession === undefined) entry.lockEnds = deadlines.add(until, () => expire(entry));
      locked.set(token, entry);
      return entry.lock;
    },
    unlock,
    holder: (token) => locked.get(token),
    ofSession: (id) => [...locked.values()].filter(({ sessionId }) => sessionId === id),
  };
}
