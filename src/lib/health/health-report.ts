import { omitUndefined } from "../domain/omit-undefined.ts";
import { plainLine } from "../domain/plain-text.ts";
import {
  type CustomerHealth,
  type CustomerHealthTracker,
  countHealth,
  type HealthCount,
} from "../telemetry/customer-health.ts";

/** How this process and its customers are, for whoever asks `/status`. */
export type HealthReport = {
  readonly live: boolean;
  readonly ready: boolean;
  readonly customers: HealthCount;
  /** Of whom nothing was heard for so long that only another start can help. */
  readonly stuck: readonly string[];
  readonly each: readonly CustomerReport[];
};
type CustomerReport = {
  readonly customer: string;
  readonly state: CustomerHealth["state"];
  readonly since: string;
  readonly messages: number;
  readonly lastMessageAt?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly actor: string };
};

/**
 * A tail hears from its broker every 11 s, or asks it after 13 s and waits 7 s for the answer (`azure/silence-watch.ts`); a link that
 * does not open is given up after 20 s (`azure/link-watch.ts`). Whoever is silent for this long is helped by none of that.
 */
const stuckAfterMilliseconds = 180_000;

/** Stuck is who is neither served nor known to fail. What holds a message waits for its reader, however long that takes. */
const isStuck = ({ state, lastSign, inHand }: CustomerHealth, now: number) =>
  state !== "failing" && inHand === 0 && now - lastSign > stuckAfterMilliseconds;

/** Ready is a process that has tried each customer: one that cannot be served is that customer's matter, and told with its reason. */
export function healthReport(fleet: CustomerHealthTracker, now = performance.now()): HealthReport {
  const customers = countHealth(fleet);
  const each = [...fleet.standings()];
  const stuck = each.filter((standing) => isStuck(standing, now)).map(({ customer }) => customer);
  return {
    ...{ live: stuck.length === 0, ready: customers.connecting === 0, customers, stuck },
    each: each.map(({ customer, state, since, messages, lastMessage, error }) => ({
      ...{ customer, state, since: clock(since), messages },
      ...omitUndefined({ lastMessageAt: lastMessage === undefined ? undefined : clock(lastMessage) }),
      ...(error === undefined
        ? {}
        : {
            error: {
              ...{ code: plainLine(error.code), message: plainLine(error.message), actor: error.actor },
            },
          }),
    })),
  };
}

const clock = (at: number) => new Date(performance.timeOrigin + at).toISOString();
