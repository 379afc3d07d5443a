const aheadAtMost = 50;

/** The result for each item, in the items' order; up to 50 are worked on at a time. */
export async function* mapOrdered<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  const begin = (item: Item) => {
    const result = work(item);
    // It is awaited in its turn; until then a rejection must not count as unhandled.
    result.catch(() => {});
    begun.push(result);
  };
  for (const item of items.slice(0, aheadAtMost)) begin(item);
  const later = items.slice(aheadAtMost);
  for (let next = begun.shift(); next !== undefined; next = begun.shift()) {
    const result = await next;
    const item = later.shift();
    if (item !== undefined) begin(item);
    yield result;
  }
}
