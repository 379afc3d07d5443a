import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../errors/failure.ts";
import { type ErrorContext, withAzureErrors } from "./error-mapping.ts";

/** Milliseconds; tests have less time. */
type Pauses = { readonly quiet: number; readonly short: number };

/** How long a namespace that throttles asks its clients to stay away (code 50009: "Please wait 2 seconds and try again"). */
const azurePauses: Pauses = { quiet: 2_000, short: 500 };

/** Of one call, with the first: it ends within 8 s of throttling, when somebody else must decide whether to go on. */
const attemptsAtMost = { throttled: 3, otherwise: 2 };

/** Calls Service Bus, and calls again after what may pass by itself. */
export type Retry = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Repeats calls over one end of a connection. The SDK would do so, too, but after any failure half a second later: also inside the
 * time for which a namespace that throttles has asked for quiet, and also where a role is missing. Calls side by side keep the
 * quiet that one of them was asked for.
 */
export function withRetry(place: ErrorContext, pauses = azurePauses): Retry {
  let quietUntil = 0;
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      // Another call may have been refused meanwhile.
      for (let left = quietUntil - performance.now(); left > 0; left = quietUntil - performance.now())
        await sleep(left);
      try {
        return await withAzureErrors(place, call);
      } catch (error) {
        if (!(error instanceof Failure) || !error.retryable) throw error;
        const throttled = error.code === "ServiceBusy";
        // Drawn at random, so that processes that were refused together do not come back together.
        if (throttled) quietUntil = performance.now() + pauses.quiet * (1 + Math.random() / 2);
        if (attempt === attemptsAtMost[throttled ? "throttled" : "otherwise"]) throw error;
        if (!throttled) await sleep(pauses.short);
      }
    }
  };
}
