import { omitUndefined } from "../domain/omit-undefined.ts";
import { plainLine } from "../domain/plain-text.ts";
import {
  type CustomerHealth,
  type CustomerHealthTracker,
  countHealth,
  type HealthCount,
} from "../telemetry/customer-health.ts";

/** The health of this process and its customers, as `/status` reports it. */
export type HealthReport = {
  readonly live: boolean;
  readonly ready: boolean;
  readonly customers: HealthCount;
  /** Customers that were silent for longer than any recovery takes. Only a restart can help. */
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
 * A tail receives something every 11 s. Otherwise it pings after 13 s and waits 7 s for the answer (`keepalive-monitor.ts`). A link
 * that does not open fails after 20 s (`link-monitor.ts`). A customer that is silent for longer than this is stuck.
 */
const stuckAfterMilliseconds = 180_000;

/** A customer is stuck when it is neither served nor known to fail. A customer with unsettled messages is not stuck: its consumer may be slow. */
const isStuck = ({ state, lastSign, inHand }: CustomerHealth, now: number) =>
  state !== "failing" && inHand === 0 && now - lastSign > stuckAfterMilliseconds;

/** The process is ready when it has tried each customer. A customer that fails does not change that; it is reported with its reason. */
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
