import type { Clock } from "../timers/clock.ts";
import type { Deadline, Deadlines } from "../timers/deadlines.ts";
import type { SessionStates } from "./session-states.ts";

/** The holder of a session. */
export type SessionHolder = {
  /** Name of the link. */
  readonly name: string;
  /** Called when the lock expires. */
  lost(): void;
};

/** The lock of one session: only its holder gets its messages. */
export type SessionLock = {
  readonly id: string;
  /** Milliseconds since 1970; later after each renewal. */
  readonly until: number;
  readonly holder: SessionHolder;
  /** Releases the session; does nothing when the lock has expired. */
  release(): void;
};

export type Sessions = {
  /** Undefined while the session has another holder. A session may have no messages. */
  accept(id: string, holder: SessionHolder): SessionLock | undefined;
  /** Grants the next free session that has messages, at once or later, unless the returned function is called first. */
  acceptNext(holder: SessionHolder, granted: (lock: SessionLock) => void): () => void;
  /** The lock that is in force. */
  lockOf(id: string): SessionLock | undefined;
  /** Undefined when the lock is lost. */
  renew(id: string): SessionLock | undefined;
  /** Grants free sessions to waiting receivers. */
  serve(): void;
  readonly states: SessionStates;
};

export type SessionsOptions = {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Milliseconds. */
  lockDuration(): number;
  /** The next session with messages, among those that are free. */
  next(isFree: (id: string) => boolean): string | undefined;
  /** Called when a session is free again: its lock expired, or its holder released it. */
  freed(id: string, how: "expired" | "released"): void;
  readonly states: SessionStates;
};

type Held = { -readonly [Key in keyof SessionLock]: SessionLock[Key] } & { ends: Deadline };

export function createSessions(options: SessionsOptions): Sessions {
  const { clock, deadlines, lockDuration, next, freed, states } = options;
  const held = new Map<string, Held>();
  const waiting = new Set<{ readonly holder: SessionHolder; readonly granted: (lock: SessionLock) => void }>();

  function accept(id: string, holder: SessionHolder): SessionLock | undefined {
    if (held.has(id)) return undefined;
    const until = clock.now() + lockDuration();
    const lock: Held = {
      id,
      until,
      holder,
      release: () => release(lock),
      ends: deadlines.add(until, () => lose(lock)),
    };
    held.set(id, lock);
    return lock;
  }

  function release(lock: Held) {
    if (held.get(lock.id) !== lock) return;
    deadlines.cancel(lock.ends);
    held.delete(lock.id);
    freed(lock.id, "released");
  }

  function lose(lock: Held) {
    held.delete(lock.id);
    freed(lock.id, "expired");
    lock.holder.lost();
  }

  function serve() {
    for (const waiter of waiting) {
      const id = next((candidate) => !held.has(candidate));
      const lock = id === undefined ? undefined : accept(id, waiter.holder);
      if (!lock) return;
      waiting.delete(waiter);
      waiter.granted(lock);
    }
  }

  return {
    accept,
    acceptNext(holder, granted) {
      const waiter = { holder, granted };
      waiting.add(waiter);
      serve();
      return () => waiting.delete(waiter);
    },
    lockOf: (id) => held.get(id),
    renew(id) {
      const lock = held.get(id);
      if (!lock) return undefined;
      deadlines.cancel(lock.ends);
      lock.until = clock.now() + lockDuration();
      lock.ends = deadlines.add(lock.until, () => lose(lock));
      return lock;
    },
    serve,
    states,
  };
}
