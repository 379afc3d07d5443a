import { setTimeout as sleep } from "node:timers/promises";
import { asFailure, Failure } from "../failure.ts";

export type Patience = {
  /** What is waited for, as in "acme's consent": for the failure when time runs out. */
  readonly what: string;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  /** Told before each further attempt. */
  readonly waiting?: (failure: Failure, elapsedMilliseconds: number) => void;
};

const firstPause = 500;
const longestPause = 10_000;

/**
 * Repeats an attempt while its failure says that waiting may help. Ends with the result, with a failure that waiting does
 * not mend, or with Failure "timeout" when the time is over.
 */
export async function waitUntil<T>(
  attempt: () => Promise<T>,
  { what, milliseconds, signal, waiting }: Patience,
): Promise<T> {
  const start = performance.now();
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const outcome = await attempt().then(
      (value) => ({ value }),
      (error: unknown) => ({ failure: asFailure(error) }),
    );
    if ("value" in outcome) return outcome.value;
    const { failure } = outcome;
    if (!failure.retryable) throw failure;
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
