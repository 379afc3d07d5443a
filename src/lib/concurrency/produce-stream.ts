/** Where a producer puts its items. */
export type StreamOutput<Item> = {
  /** Hands an item to the consumer. Resolves with true when the consumer asks for the next item, with false when it has left. */
  put(item: Item): Promise<boolean>;
  /** Aborts when the consumer leaves the iteration: items that are put from then on reach no one. */
  readonly left: AbortSignal;
};

type WaitingItem<Item> = { readonly item: Item; readonly resume: (asked: boolean) => void };

/**
 * Turns a function that puts items into a stream of them, in the order of arrival. When the consumer leaves early, the stream
 * ends only after the function has returned, so that the function can clean up. A failure of the function comes after the
 * items that it has put.
 */
export async function* produceStream<Item>(
  produce: (output: StreamOutput<Item>) => Promise<void>,
): AsyncGenerator<Item> {
  const leaving = new AbortController();
  const left = leaving.signal;
  const waiting: WaitingItem<Item>[] = [];
  let wake = () => {};
  let ended: { readonly failure?: { readonly error: unknown } } | undefined;
  const put = (item: Item) =>
    new Promise<boolean>((resume) => {
      if (left.aborted) return resume(false);
      waiting.push({ item, resume });
      wake();
    });
  const end = (failure?: { readonly error: unknown }) => {
    ended = { failure };
    wake();
  };
  const producing = produce({ put, left }).then(
    () => end(),
    (error: unknown) => end({ error }),
  );
  let current: WaitingItem<Item> | undefined;
  try {
    for (;;) {
      current = waiting.shift();
      if (current) {
        yield current.item;
        current.resume(true);
      } else if (ended) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    leaving.abort();
    current?.resume(false);
    for (const { resume } of waiting.splice(0)) resume(false);
    await producing;
  }
  if (ended.failure) throw ended.failure.error;
}
