import { setTimeout as sleep } from "node:timers/promises";
import { asFailure, Failure, type FailureKind } from "../errors/failure.ts";

export type WaitOptions = {
  /** What is waited for, as in "acme's consent": for the failure when time runs out. */
  readonly what: string;
  readonly milliseconds: number;
  /** The failures that time is expected to mend: a kind, or which ones exactly. */
  readonly pending: FailureKind | ((failure: Failure) => boolean);
  readonly signal: AbortSignal;
  /** Told before each further attempt. */
  readonly waiting?: (failure: Failure, elapsedMilliseconds: number) => void;
};

const firstPause = 500;
const longestPause = 10_000;
/** A network that stays away is no reason to wait: it says nothing about what is waited for. */
const unavailableAtMost = 3;

/**
 * Repeats an attempt while its failure says that waiting may help. Ends with the result, with a failure that waiting does
 * not mend, or with Failure "timeout" when the time is over.
 */
export async function waitUntil<T>(attempt: () => Promise<T>, patience: WaitOptions): Promise<T> {
  const { what, milliseconds, pending, signal, waiting } = patience;
  const isPending = typeof pending === "function" ? pending : ({ kind }: Failure) => kind === pending;
  const start = performance.now();
  let unavailable = 0;
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const outcome = await attempt().then(
      (value) => ({ value }),
      (error: unknown) => ({ failure: asFailure(error) }),
    );
    if ("value" in outcome) return outcome.value;
    const { failure } = outcome;
    unavailable = failure.kind === "unavailable" ? unavailable + 1 : 0;
    const mayPass = isPending(failure) || (unavailable > 0 && unavailable < unavailableAtMost);
    if (!failure.retryable || !mayPass) throw failure;
    const elapsed = performance.now() - start;
    if (elapsed + pause > milliseconds) throw tooLate(what, milliseconds, failure);
    waiting?.(failure, elapsed);
    await sleep(pause, undefined, { signal });
  }
}

const tooLate = (what: string, milliseconds: number, last: Failure) =>
  new Failure("timeout", `${what} did not come within ${Math.round(milliseconds / 1000)} s; last: ${last.message}`, {
    code: last.code,
    actor: last.actor,
    cause: last,
    ...(last.hint === undefined ? {} : { hint: last.hint }),
  });
