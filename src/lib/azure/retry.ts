import { setTimeout as sleep } from "node:timers/promises";
import { retry } from "../concurrency/retry.ts";
import { Failure } from "../errors/failure.ts";

/** Milliseconds; tests use shorter ones. */
export type RetryPauses = { readonly throttled: number; readonly otherwise: number };

/** A namespace that throttles asks its clients to wait (code 50009: "Please wait 2 seconds and try again"). */
const servicePauses: RetryPauses = { throttled: 2_000, otherwise: 500 };

/** Attempts of one call, the first one included. Throttling ends a call after 8 s at most; then the caller decides. */
const maxAttempts = { throttled: 3, otherwise: 2 };

/** Makes a call, and makes it again after a failure that may pass. */
export type Retry = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Retries calls over one link. The retries of the SDK are off. It repeats every failure after half a second: also a missing
 * role, and also during the time for which a namespace has asked its clients to wait. Calls over the same link share that time.
 */
export function createRetry(pauses = servicePauses): Retry {
  let throttledUntil = 0;
  const callAfterThrottling = async <T>(call: () => Promise<T>): Promise<T> => {
    // Another call may have been throttled during the wait.
    for (let left = throttledUntil - performance.now(); left > 0; left = throttledUntil - performance.now())
      await sleep(left);
    try {
      return await call();
    } catch (error) {
      // Random, so that processes that were throttled at the same time do not come back at the same time.
      if (isThrottling(error)) throttledUntil = performance.now() + pauses.throttled * (1 + Math.random() / 2);
      throw error;
    }
  };
  return (call) =>
    retry(() => callAfterThrottling(call), {
      backoff: { first: pauses.otherwise, longest: pauses.otherwise },
      // The next attempt waits as every call over this link does.
      pauseFor: (error) => (isThrottling(error) ? 0 : undefined),
      shouldRetry: (error, attempt) =>
        mayPassSoon(error) && attempt < maxAttempts[isThrottling(error) ? "throttled" : "otherwise"],
    });
}

const isThrottling = (error: unknown) => error instanceof Failure && error.code === "ServiceBusy";

/** Half a second brings no consent and no role: a command that wants them waits longer. */
const mayPassSoon = (error: unknown) =>
  error instanceof Failure && error.retryable && error.kind !== "auth" && error.kind !== "forbidden";
