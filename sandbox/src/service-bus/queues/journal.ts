/** The kinds of saved data of a queue: messages, the last sequence number, session states, and ids for duplicate detection. */
export type Kind = "message" | "number" | "session" | "id";

/** One saved value, which `v8.serialize` can write. */
export type Kept = { readonly kind: Kind; readonly key: string; readonly value: unknown };

/** The changes since the last commit: deleted queues first, then values. An undefined value is deleted. */
export type Changes = {
  readonly dropped: Iterable<string>;
  readonly kept: Iterable<Kept & { readonly queue: string }>;
};

/** A file with rows. */
export type Rows = {
  /** Queues with saved data. */
  queues(): string[];
  read(queue: string, kind: Kind): Iterable<Omit<Kept, "kind">>;
  /** Writes all changes, or none when it throws. They are on the disk when it returns. */
  write(changes: Changes): void;
};

/** The saved data of one queue. */
export type QueueJournal = {
  read(kind: Kind): Omit<Kept, "kind">[];
  /** `value` is called at the commit. */
  keep(kind: Kind, key: string, value: () => unknown): void;
  forget(kind: Kind, key: string): void;
};

/** Collects changes, so that a value that changes often in one turn is written once. */
export type Journal = {
  queues(): string[];
  of(queue: string): QueueJournal;
  /** Deletes the saved data of the queue. */
  drop(queue: string): void;
  /** Returns when all changes are on the disk. Changes that could not be written are written at the next commit. */
  commit(): void;
};

type Change = { readonly kind: Kind; readonly key: string; readonly value: () => unknown };

/** `changed` is called after the first change since a commit. */
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
