/** What `add` returns; `remove` takes it. `index` is the heap's own. */
export type HeapEntry<T> = { readonly rank: number; readonly item: T; index: number };

/** A binary heap, lowest rank first, from which any entry can be removed in logarithmic time. */
export type Heap<T> = {
  readonly size: number;
  first(): HeapEntry<T> | undefined;
  add(rank: number, item: T): HeapEntry<T>;
  /** Does nothing when the entry is not in the heap any more. */
  remove(entry: HeapEntry<T>): void;
};

export function createHeap<T>(): Heap<T> {
  const entries: HeapEntry<T>[] = [];
  const place = (entry: HeapEntry<T>, index: number) => {
    entries[index] = entry;
    entry.index = index;
  };

  function rise(entry: HeapEntry<T>) {
    for (;;) {
      const above = (entry.index - 1) >> 1;
      const parent = entries[above];
      if (entry.index === 0 || parent === undefined || parent.rank <= entry.rank) return;
      place(parent, entry.index);
      place(entry, above);
    }
  }

  function sink(entry: HeapEntry<T>) {
    for (;;) {
      const left = entries[2 * entry.index + 1];
      const right = entries[2 * entry.index + 2];
      const child = left && right && right.rank < left.rank ? right : left;
      if (child === undefined || child.rank >= entry.rank) return;
      const below = child.index;
      place(child, entry.index);
      place(entry, below);
    }
  }

  return {
    get size() {
      return entries.length;
    },
    first: () => entries[0],
    add(rank, item) {
      const entry = { rank, item, index: entries.length };
      entries.push(entry);
      rise(entry);
      return entry;
    },
    remove(entry) {
      if (entries[entry.index] !== entry) return;
      const last = entries.pop();
      if (last === undefined || last === entry) return;
      place(last, entry.index);
      rise(last);
      sink(last);
    },
  };
}
