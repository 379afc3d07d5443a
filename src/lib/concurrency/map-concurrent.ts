export type MapConcurrentOptions<Item, Result> = {
  readonly work: (item: Item) => Promise<Result>;
  /** How many are worked on at a time. */
  readonly atMost: number;
  /** Ends the items' source, so that nothing more is asked of it. */
  readonly stop: () => void;
  /** What becomes of an item that arrived when no more were wanted. */
  readonly leave: (item: Item) => Promise<void>;
  /** The result that is there first comes first, so that a slow item holds up no other. */
  readonly anyOrder?: boolean;
};

/**
 * The result for each item, in the items' order unless any will do, as soon as it is there; several are worked on at a time.
 * Whoever leaves early, or a failure, waits for what is under way.
 */
export async function* mapConcurrent<Item, Result>(
  items: AsyncIterable<Item>,
  { work, atMost, stop, leave, anyOrder = false }: MapConcurrentOptions<Item, Result>,
): AsyncGenerator<Result> {
  const source = items[Symbol.asyncIterator]();
  const begun: Promise<Result>[] = [];
  let pulling: Promise<IteratorResult<Item>> | undefined;
  let ended = false;
  const pull = () => {
    pulling ??= source.next();
    return pulling.then((pulled) => ({ pulled }));
  };
  try {
    while (!ended || begun.length > 0) {
      const heads = anyOrder ? begun : begun.slice(0, 1);
      const wanted = !ended && begun.length < atMost;
      const first = await Promise.race([
        ...heads.map((one) => one.then((result) => ({ one, result }))),
        ...(wanted ? [pull()] : []),
      ]);
      if ("result" in first) {
        begun.splice(begun.indexOf(first.one), 1);
        yield first.result;
      } else {
        pulling = undefined;
        if (first.pulled.done) ended = true;
        else begun.push(quiet(work(first.pulled.value)));
      }
    }
  } finally {
    stop();
    await Promise.allSettled(begun);
    await rest(source, pulling, leave);
  }
}

/** It is awaited in its turn; until then a rejection must not count as unhandled. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function rest<Item>(
  source: AsyncIterator<Item>,
  pulling: Promise<IteratorResult<Item>> | undefined,
  leave: (item: Item) => Promise<void>,
): Promise<void> {
  const last = await pulling?.catch(() => undefined);
  if (last && !last.done) await leave(last.value);
  await source.return?.();
}
