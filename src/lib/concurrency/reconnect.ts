import { setTimeout as sleep } from "node:timers/promises";
import { expectedFailure, type Failure } from "../errors/failure.ts";
import { pauseAfter } from "./retry.ts";
import { type Semaphore, unlimited } from "./semaphore.ts";

export type Reconnection = {
  readonly signal: AbortSignal;
  /** Connects and works. Resolves with "done" when nothing is left to do. */
  readonly work: () => Promise<"done" | "again">;
  /** Checks that the work can go on, before it is repeated after a failure. */
  readonly probe: () => Promise<void>;
  /** Whether a failure ends the work. A bug always does. */
  readonly endsAt: (failure: Failure) => boolean;
  /** Called at the first failure in a row. */
  readonly onFailed: (error: unknown) => Promise<unknown>;
  /** Called when the probe has passed after that. */
  readonly onRecovered: () => Promise<unknown>;
  /** A place is held during the work, and not during the pauses. */
  readonly limit?: Semaphore;
  /** The pause before work that has ended well is repeated. */
  readonly intervalMilliseconds?: number;
};

/** Full jitter: many customers that failed together do not reconnect together. */
const backoff = { first: 1_000, longest: 60_000, jitter: 1 };

/** A namespace that throttles asks for a pause of two seconds (code 50009). */
const shortestPause = (failure: Failure): number => (failure.code === "ServiceBusy" ? 2_000 : 0);

/** Works until the signal aborts or the work is done, and connects again after each failure that does not end it. */
export async function workWithReconnect({
  signal,
  work,
  probe,
  endsAt,
  onFailed,
  onRecovered,
  limit = unlimited,
  intervalMilliseconds,
}: Reconnection): Promise<void> {
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  let isFailing = false;
  for (let attempt = 1; !signal.aborted; ) {
    try {
      using _place = await limit();
      if (signal.aborted) return;
      if (isFailing) {
        await probe();
        isFailing = false;
        attempt = 1;
        await onRecovered();
      }
      if ((await work()) === "done") return;
    } catch (error) {
      const failure = expectedFailure(error);
      if (endsAt(failure)) throw error;
      if (!isFailing) await onFailed(error);
      isFailing = true;
      await wait(shortestPause(failure) + pauseAfter(attempt, backoff));
      attempt += 1;
      continue;
    }
    if (intervalMilliseconds !== undefined) await wait(intervalMilliseconds);
  }
}
