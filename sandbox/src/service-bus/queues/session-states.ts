import type { Clock } from "../timers/clock.ts";
import type { QueueJournal } from "./journal.ts";

/** The state that applications store with a session. It stays after the session's locks and messages. */
export type SessionStates = {
  readonly sizeBytes: number;
  get(id: string): Buffer | undefined;
  /** Undefined deletes the state. */
  set(id: string, state: Buffer | undefined): void;
  /** The sessions whose state was set after the time, in milliseconds since 1970; all that have one without it. */
  ids(setAfter?: number): string[];
};

type Stored = { readonly state: Buffer; readonly setAt: number };

export function createSessionStates(clock: Clock, journal?: QueueJournal): SessionStates {
  const states = new Map<string, Stored>();
  let sizeBytes = 0;

  function put(id: string, stored: Stored | undefined) {
    sizeBytes += (stored?.state.length ?? 0) - (states.get(id)?.state.length ?? 0);
    if (stored) states.set(id, stored);
    else states.delete(id);
  }

  for (const { key, value } of journal?.read("session") ?? []) put(key, storedIn(value));
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get: (id) => states.get(id)?.state,
    set(id, state) {
      put(id, state && { state, setAt: clock.now() });
      journal?.keep("session", id, () => states.get(id));
    },
    ids: (setAfter = Number.NEGATIVE_INFINITY) =>
      [...states].filter(([, { setAt }]) => setAt > setAfter).map(([id]) => id),
  };
}

/** A file of an earlier version has the state alone. */
const storedIn = (value: unknown): Stored => (Buffer.isBuffer(value) ? { state: value, setAt: 0 } : (value as Stored));
