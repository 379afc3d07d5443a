/** Says how long to wait before the next message, so that no more than `perSecond` are sent on average. */
export function createRateLimiter(perSecond: number, now: () => number = () => performance.now()): () => number {
  const start = now();
  let begun = 0;
  return () => {
    const due = start + (begun * 1_000) / perSecond;
    begun += 1;
    return Math.max(0, due - now());
  };
}
