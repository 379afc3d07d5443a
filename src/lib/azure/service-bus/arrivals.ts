/** Items that are pushed, for one consumer that pulls them. A ReadableStream costs too much memory a thousand times. */
export type Arrivals<Item> = {
  put(item: Item): void;
  /** The first end counts. An error is thrown at once; without one, what has arrived is still returned. */
  end(error?: unknown): void;
  /** Everything that has arrived, as soon as there is something; undefined at the end. */
  next(): Promise<readonly Item[] | undefined>;
};

export function createArrivals<Item extends object>(): Arrivals<Item> {
  const waiting: Item[] = [];
  let ended: { readonly error: unknown } | undefined;
  let wake = () => {};
  return {
    put: (item) => {
      if (ended === undefined) waiting.push(item);
      wake();
    },
    end: (error) => {
      ended ??= { error };
      wake();
    },
    next: async () => {
      for (;;) {
        if (ended?.error !== undefined) throw ended.error;
        if (waiting.length > 0) return waiting.splice(0);
        if (ended !== undefined) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
