import { withTimeout } from "../concurrency/timeout.ts";
import { type ErrorContext, withErrorMapping } from "./error-mapping.ts";
import { createRetry, type RetryPauses } from "./retry.ts";
import { withTokenRefresh } from "./token-refresh.ts";

/** Calls Azure: an error of an SDK becomes a Failure, and a refused token of an earlier run is replaced once. */
export const callAzure = <T>(context: ErrorContext, call: () => Promise<T>): Promise<T> =>
  withTokenRefresh(context, () => withErrorMapping(context, call));

/** Makes a call over a link. `what` names it in the failure when it does not return within the time limit. */
export type LinkCaller = <T>(what: string, milliseconds: number, call: () => Promise<T>) => Promise<T>;

/** Calls over one link to Service Bus: like `callAzure`, and also repeated after failures that may pass, within a time limit. */
export function createLinkCaller(context: ErrorContext, pauses?: RetryPauses): LinkCaller {
  const withRetry = createRetry(pauses);
  return (what, milliseconds, call) =>
    withTimeout(
      what,
      milliseconds,
      withRetry(() => callAzure(context, call)),
    );
}
