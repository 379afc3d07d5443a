type RateOptions = {
  readonly now?: () => number;
  /** Keeps the distance between messages also after a delay, instead of making up for it. */
  readonly spaced?: boolean;
};

/** Computes how long to wait before the next message, so that on average at most `perSecond` are sent. */
export function createRateLimiter(
  perSecond: number,
  { now = () => performance.now(), spaced = false }: RateOptions = {},
): () => number {
  const distance = 1_000 / perSecond;
  let due = now();
  return () => {
    const turn = spaced ? Math.max(due, now()) : due;
    due = turn + distance;
    return Math.max(0, turn - now());
  };
}
