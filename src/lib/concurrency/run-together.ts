/**
 * Runs functions at the same time and waits for all of them. The first failure aborts the signal that they got, and is thrown
 * when all have ended.
 */
export async function runTogether(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const stop = new AbortController();
  const stopping = AbortSignal.any([signal, stop.signal]);
  let failure: { readonly error: unknown } | undefined;
  const run = async (work: (signal: AbortSignal) => Promise<void>) => {
    try {
      await work(stopping);
    } catch (error) {
      failure ??= { error };
      stop.abort();
    }
  };
  await Promise.all(works.map(run));
  if (failure) throw failure.error;
}
