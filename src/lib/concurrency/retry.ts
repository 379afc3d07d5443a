import { setTimeout as sleep } from "node:timers/promises";

/** Exponential back-off. Durations in milliseconds. */
export type Backoff = {
  readonly first: number;
  readonly longest: number;
  /** By how much each pause is longer than the one before; 2 by default. */
  readonly factor?: number;
  /** The random share of a pause, 0 to 1: clients that failed together do not come back together. 0 by default. */
  readonly jitter?: number;
};

/** Milliseconds to wait after the failure of an attempt; attempts count from 1. */
export function pauseAfter(attempt: number, { first, longest, factor = 2, jitter = 0 }: Backoff): number {
  const pause = Math.min(first * factor ** (attempt - 1), longest);
  return pause * (1 - jitter * Math.random());
}

export type RetryOptions = {
  readonly backoff: Backoff;
  /** Whether another attempt may succeed. The pause before it, in milliseconds, is known. */
  readonly shouldRetry: (error: unknown, attempt: number, pause: number) => boolean | Promise<boolean>;
  /** Milliseconds that the service asks to wait, instead of the back-off. */
  readonly pauseFor?: (error: unknown) => number | undefined;
  readonly signal?: AbortSignal;
};

/**
 * Repeats a call until it succeeds or `shouldRetry` says no; then throws the last error. Own code rather than p-retry:
 * streams that reconnect need the same back-off outside of a call, and a service may name the pause.
 */
export async function retry<T>(
  call: (attempt: number) => Promise<T>,
  { backoff, shouldRetry, pauseFor, signal }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      const pause = pauseFor?.(error) ?? pauseAfter(attempt, backoff);
      if (!(await shouldRetry(error, attempt, pause))) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
