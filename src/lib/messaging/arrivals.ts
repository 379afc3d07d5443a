import type { Held, Inbox } from "../cloud.ts";

export type ArrivalOptions = {
  /** Stop after this many. */
  readonly max?: number | undefined;
  /** Go on when the queue is empty. */
  readonly watch: boolean;
  /** How long an attached link must stay silent before the queue counts as empty. */
  readonly idleMilliseconds: number;
  readonly signal: AbortSignal;
};

const batchAtMost = 50;

/** A queue's messages, each locked for us, until it is empty, the number is reached, or the signal aborts. */
export function arrivals(inbox: Inbox, options: ArrivalOptions): AsyncIterable<Held> {
  return options.watch && options.max === undefined ? inbox.tail(options.signal) : received(inbox, options);
}

/** In batches no larger than what is still wanted, so that nothing is locked only to be given back. */
async function* received(
  inbox: Inbox,
  { max = Number.POSITIVE_INFINITY, watch, idleMilliseconds, signal }: ArrivalOptions,
) {
  let left = max;
  while (left > 0 && !signal.aborted) {
    const batch = await inbox.receive(Math.min(left, batchAtMost), idleMilliseconds);
    if (batch.length === 0 && !watch) return;
    left -= batch.length;
    yield* givingBackTheRest(batch);
  }
}

/** Whoever leaves in the middle of a batch must not keep its rest locked. */
export async function* givingBackTheRest(batch: readonly Held[]): AsyncGenerator<Held> {
  const rest = [...batch];
  try {
    for (let held = rest.shift(); held !== undefined; held = rest.shift()) yield held;
  } finally {
    await Promise.allSettled(rest.map((held) => held.abandon()));
  }
}
