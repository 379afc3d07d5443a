type Waiting<T> = { readonly value: T; readonly resume: (goOn: boolean) => void };

/**
 * Many streams as one, in order of arrival. A stream goes on only after its value has been consumed, so that what it does
 * after a `yield` (settling a message) happens after the consumer is done with it. Leaving early aborts the signal that the
 * streams were opened with and lets each clean up.
 */
export async function* mergeStreams<T>(
  signal: AbortSignal,
  opens: readonly ((signal: AbortSignal) => AsyncIterable<T>)[],
): AsyncGenerator<T> {
  const stop = new AbortController();
  const waiting: Waiting<T>[] = [];
  let { promise: changed, resolve: change } = Promise.withResolvers<void>();
  let left = false;
  const offer = (value: T) =>
    new Promise<boolean>((resume) => {
      if (left) return resume(false);
      waiting.push({ value, resume });
      change();
    });
  const pump = async (open: (signal: AbortSignal) => AsyncIterable<T>) => {
    for await (const value of open(AbortSignal.any([signal, stop.signal]))) if (!(await offer(value))) break;
  };
  let running = opens.length;
  let failed: { readonly error: unknown } | undefined;
  const pumps = opens.map((open) =>
    pump(open)
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => {
        running -= 1;
        change();
      }),
  );
  let next: Waiting<T> | undefined;
  try {
    while (running > 0 || waiting.length > 0) {
      next = waiting.shift();
      if (next) {
        yield next.value;
        next.resume(true);
      } else {
        if (failed) throw failed.error;
        await changed;
        ({ promise: changed, resolve: change } = Promise.withResolvers<void>());
      }
    }
    if (failed) throw failed.error;
  } finally {
    left = true;
    stop.abort();
    // A consumer that leaves at a value has not consumed it, so its stream must not continue.
    next?.resume(false);
    for (const { resume } of waiting) resume(false);
    await Promise.all(pumps);
  }
}
