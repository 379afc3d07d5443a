/** What is kept of a queue besides its settings: messages, the last sequence number, states of sessions, ids that were seen. */
export type Kind = "message" | "number" | "session" | "id";

/** One thing that is kept; the value is what `v8.serialize` takes. */
export type Kept = { readonly kind: Kind; readonly key: string; readonly value: unknown };

/** What changed since the last time: queues that are gone first, then single things; undefined ones are not there any more. */
export type Changes = {
  readonly dropped: Iterable<string>;
  readonly kept: Iterable<Kept & { readonly queue: string }>;
};

/** A file with rows. */
export type Rows = {
  /** Queues of which anything is there. */
  queues(): string[];
  read(queue: string, kind: Kind): Iterable<Omit<Kept, "kind">>;
  /** All of it or, when it throws, nothing; on the disk when it returns. */
  write(changes: Changes): void;
};

/** What outlives the process of one queue's messages. */
export type QueueJournal = {
  read(kind: Kind): Omit<Kept, "kind">[];
  /** The value is asked for at the commit, and may change until then. */
  keep(kind: Kind, key: string, value: () => unknown): void;
  forget(kind: Kind, key: string): void;
};

/** Gathers changes, so that what changes often in one turn is written once. */
export type Journal = {
  queues(): string[];
  of(queue: string): QueueJournal;
  /** Forgets all of the queue. */
  drop(queue: string): void;
  /** Returns when all that changed is on the disk. What could not be written is tried again the next time. */
  commit(): void;
};

type Change = { readonly kind: Kind; readonly key: string; readonly value: () => unknown };

/** `changed` is called when there is something to commit again. */
export function createJournal(rows: Rows, changed: () => void): Journal {
  const dropped = new Set<string>();
  const changes = new Map<string, Map<string, Change>>();
  let isClean = true;

  function change(queue: string, one: Change) {
    const known = changes.get(queue) ?? new Map<string, Change>();
    changes.set(queue, known.set(`${one.kind} ${one.key}`, one));
    markChanged();
  }

  function markChanged() {
    if (isClean) changed();
    isClean = false;
  }

  function* all() {
    for (const [queue, some] of changes)
      for (const { kind, key, value } of some.values()) yield { queue, kind, key, value: value() };
  }

  return {
    queues: rows.queues,
    of: (queue) => ({
      read: (kind) => [...rows.read(queue, kind)],
      keep: (kind, key, value) => change(queue, { kind, key, value }),
      forget: (kind, key) => change(queue, { kind, key, value: () => undefined }),
    }),
    drop(queue) {
      changes.delete(queue);
      dropped.add(queue);
      markChanged();
    },
    commit() {
      if (isClean) return;
      rows.write({ dropped, kept: all() });
      dropped.clear();
      changes.clear();
      isClean = true;
    },
  };
}
