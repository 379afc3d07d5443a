import { setTimeout as sleep } from "node:timers/promises";
import { pauseAfter } from "../concurrency/retry.ts";
import type { Incoming } from "../domain/message.ts";
import type { Receiver } from "../ports/azure-services.ts";

/** The maximum of one peek (Service Bus, message browsing). One can have fewer, although more follow. */
const page = 250;
/** A worker can answer at once. Later the pauses grow: an answer is noticed at most half of the time waited so far later. */
const backoff = { first: 5, longest: 1_000, factor: 1.5 };

type Options = {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  readonly isWanted: (status: Incoming) => boolean;
};

/**
 * The first message that matches; undefined when none arrived in time. Peeks, so that no message is locked or abandoned and
 * no delivery is counted. Each message in the queue is peeked once, with growing pauses.
 */
export async function waitForMessage(receiver: Receiver, options: Options): Promise<Incoming | undefined> {
  const { milliseconds, signal, isWanted } = options;
  const start = performance.now();
  const arrived = arrivals(receiver, isWanted);
  for (let attempt = 1; ; attempt += 1) {
    const left = milliseconds - (performance.now() - start);
    const found = await arrived();
    if (found !== undefined || left <= 0) return found;
    await sleep(Math.min(pauseAfter(attempt, backoff), left), undefined, { signal });
  }
}

function arrivals(receiver: Receiver, isWanted: Options["isWanted"]): () => Promise<Incoming | undefined> {
  let next: bigint | undefined;
  return async () => {
    for (;;) {
      const seen = await receiver.peek(page, next);
      const found = seen.find(isWanted);
      if (found) return found;
      const last = seen.at(-1);
      if (last === undefined) return undefined;
      next = last.sequenceNumber + 1n;
    }
  };
}
