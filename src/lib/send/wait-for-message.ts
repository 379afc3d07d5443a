import { setTimeout as sleep } from "node:timers/promises";
import type { Incoming } from "../domain/message.ts";
import type { Receiver } from "../ports/azure-services.ts";

/** As many as one peek can give (Service Bus, message browsing). */
const page = 250;
/** A worker may answer at once; from then on whoever waits for long is told at most half of that time later. */
const firstPause = 5;
const longestPause = 1_000;

type Options = {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  readonly isWanted: (status: Incoming) => boolean;
};

/**
 * The first message that is wanted, or undefined when none came in time. Looks without locking, so that nothing is taken,
 * given back or counted as a delivery; each message in the queue is looked at once, with pauses that grow.
 */
export async function waitForMessage(receiver: Receiver, options: Options): Promise<Incoming | undefined> {
  const { milliseconds, signal, isWanted } = options;
  const start = performance.now();
  const arrived = arrivals(receiver, isWanted);
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const left = milliseconds - (performance.now() - start);
    const found = await arrived();
    if (found !== undefined || left <= 0) return found;
    await sleep(Math.min(pause, left), undefined, { signal });
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
      if (seen.length < page) return undefined;
    }
  };
}
