/** Computes how long to wait before the next message, so that on average at most `perSecond` are sent. */
export function createRateLimiter(perSecond: number, now: () => number = () => performance.now()): () => number {
  const start = now();
  let begun = 0;
  return () => {
    const due = start + (begun * 1_000) / perSecond;
    begun += 1;
    return Math.max(0, due - now());
  };
}
