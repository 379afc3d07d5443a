/** What arrives by itself, for one consumer that asks for it: a ReadableStream without what a thousand of them cost. */
export type Arrivals<Item> = {
  put(item: Item): void;
  /** The first end counts. What is there is still handed out, unless there is an error, which comes at once. */
  end(error?: unknown): void;
  /** All that is there, as soon as there is some; undefined at the end. */
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
