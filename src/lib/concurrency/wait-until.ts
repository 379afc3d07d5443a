import { asFailure, type Failure, type FailureKind } from "../errors/failure.ts";
import { retry } from "./retry.ts";

export type WaitOptions = {
  /** What is waited for, as in "acme's consent": for the failure when time runs out. */
  readonly what: string;
  readonly milliseconds: number;
  /** The failures that pass with time: a kind, or a test for exactly these. */
  readonly pending: FailureKind | ((failure: Failure) => boolean);
  readonly signal: AbortSignal;
  /** Called before each further attempt. */
  readonly waiting?: (failure: Failure, elapsedMilliseconds: number) => void;
};

const backoff = { first: 500, longest: 10_000, factor: 1.5 };

/** A network that stays away is no reason to wait: it says nothing about what is waited for. */
const unavailableAtMost = 3;

/**
 * Repeats an attempt while its failure may pass with time. Ends with the result, with a failure that does not pass, or with
 * Failure "timeout" when the time is over.
 */
export async function waitUntil<T>(attempt: () => Promise<T>, options: WaitOptions): Promise<T> {
  const { what, milliseconds, pending, signal, waiting } = options;
  const isPending = typeof pending === "function" ? pending : ({ kind }: Failure) => kind === pending;
  const start = performance.now();
  let unavailable = 0;
  return retry(() => attempt().catch((error: unknown) => Promise.reject(asFailure(error))), {
    backoff,
    signal,
    shouldRetry: (error, _attempt, pause) => {
      const failure = asFailure(error);
      unavailable = failure.kind === "unavailable" ? unavailable + 1 : 0;
      const mayPass = isPending(failure) || (unavailable > 0 && unavailable < unavailableAtMost);
      if (!failure.retryable || !mayPass) return false;
      const elapsed = performance.now() - start;
      if (elapsed + pause > milliseconds) throw timedOut(what, milliseconds, failure);
      waiting?.(failure, elapsed);
      return true;
    },
  });
}

const timedOut = (what: string, milliseconds: number, last: Failure) =>
  last.with({
    kind: "timeout",
    message: `timed out after ${Math.round(milliseconds / 1000)} s waiting for ${what}; last: ${last.message}`,
    retryable: true,
    cause: last,
  });
