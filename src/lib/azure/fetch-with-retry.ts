import { retry } from "../concurrency/retry.ts";
import { type AnswerLimits, fetchBounded } from "./http/bounded-answer.ts";
import { refuseForeignAnswer } from "./http/foreign-answer.ts";
import { untrustedCertificate } from "./http/untrusted-certificate.ts";

export type FetchRetry = {
  /** Attempts, the first one included. */
  readonly attempts: number;
  readonly isRetried: (status: number) => boolean;
  /** Milliseconds to wait where the service names no time, and at most. */
  readonly pause: number;
  readonly longestPause: number;
  /** What each answer may take. */
  readonly limits?: AnswerLimits;
};

/** The answer to a request, which is repeated after the time that the service names (Retry-After). */
export const fetchWithRetry = (
  url: string,
  init: RequestInit,
  { attempts, isRetried, pause, longestPause, limits }: FetchRetry,
): Promise<Response> =>
  retry(
    async (attempt) => {
      const answer = await fetchBounded(url, init, limits).catch(async (error: unknown) => {
        throw (await untrustedCertificate(error, url)) ?? error;
      });
      if (attempt < attempts && isRetried(answer.status)) throw new RetriedAnswer(answer);
      return refuseForeignAnswer(url, answer);
    },
    {
      backoff: { first: pause, longest: pause },
      pauseFor: (error) =>
        error instanceof RetriedAnswer ? Math.min(error.retryAfter || pause, longestPause) : undefined,
      shouldRetry: (error) => error instanceof RetriedAnswer,
    },
  );

/** An answer after which the request is repeated. */
class RetriedAnswer extends Error {
  /** Milliseconds; 0 where the service names none. */
  readonly retryAfter: number;

  constructor({ status, headers }: Response) {
    super(`HTTP ${status}`);
    this.retryAfter = (Number(headers.get("retry-after")) || 0) * 1000;
  }
}
