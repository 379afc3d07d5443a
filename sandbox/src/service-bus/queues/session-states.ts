import type { QueueJournal } from "./journal.ts";

/** The state that applications store with a session. It stays after the session's locks and messages. */
export type SessionStates = {
  readonly sizeBytes: number;
  get(id: string): Buffer | undefined;
  /** Undefined deletes the state. */
  set(id: string, state: Buffer | undefined): void;
};

export function createSessionStates(journal?: QueueJournal): SessionStates {
  const states = new Map<string, Buffer>();
  let sizeBytes = 0;

  function put(id: string, state: Buffer | undefined) {
    sizeBytes += (state?.length ?? 0) - (states.get(id)?.length ?? 0);
    if (state) states.set(id, state);
    else states.delete(id);
  }

  for (const { key, value } of journal?.read("session") ?? []) put(key, value as Buffer);
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get: (id) => states.get(id),
    set(id, state) {
      put(id, state);
      journal?.keep("session", id, () => states.get(id));
    },
  };
}
