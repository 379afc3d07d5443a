import { formatAge, formatCount, formatSpan } from "../../lib/domain/readable-units.ts";
import type { FailureRecord } from "../../lib/errors/failure.ts";
import type { ClaimState, CustomerState, QueueState } from "../../lib/status/customer-state.ts";
import { isPartlySeen } from "../../lib/status/state-summary.ts";

/** A sign for each level: colour only repeats it. */
export const signs = { ok: "✓", warning: "!", unknown: "?", critical: "✗" } as const;

/** Nothing is wrong in what could be seen, and a queue could not be seen. */
const partSign = "~";
export const signOf = (state: CustomerState): string => (isPartlySeen(state) ? partSign : signs[state.level]);
export const partlySeenCount = (count: number): string => `${partSign} ${formatCount(count)}`;
export const partlySeenLegend = `${partSign} partly seen: without a Listen role, dead letters in commands are not counted`;

const unknown = "?";
/** Of a queue that least privilege does not let the provider look into. */
export const noRole = "no role";
const none = "–";

/** What the provider's own failure says. Nothing is known of the customers that it stands for. */
export const ownFailure = (states: readonly CustomerState[]): FailureRecord | undefined =>
  states.flatMap(({ errors }) => errors).find(({ shared }) => shared);

export const ownFailureText = ({ message }: FailureRecord): string =>
  `the provider's own credential gets no token, so the state of the customers is unknown: ${message}`;

export const consentCell = ({ consent }: CustomerState): string => ({ given: "yes", refused: "no", unknown })[consent];

/** What the app may do with the queues: `both`, `send`, `listen`, `none`. */
export function claimsCell({ claims: { send, listen } }: CustomerState): string {
  const held = (claim: ClaimState) => claim === "held";
  if (held(send) && held(listen)) return "both";
  if (held(send)) return "send";
  if (held(listen)) return "listen";
  return send === "unknown" && listen === "unknown" ? unknown : "none";
}

/** Active, dead letters and scheduled, `12/0/3`; a plus where there may be more; `12/0/3 2 deferred`. */
export function depthCell(queue: QueueState): string {
  if (queue.counts === "unknown") return queue.reason === "no-listen-role" ? noRole : unknown;
  const counts = [queue.active, queue.deadLetter, queue.scheduled].map(formatCount).join("/");
  const more = queue.counts === "peek" && queue.atLeast ? "+" : "";
  return `${counts}${more}${queue.deferred ? ` ${formatCount(queue.deferred)} deferred` : ""}`;
}

export const oldestCell = ({ at, oldestStatusAt }: CustomerState): string =>
  oldestStatusAt === undefined ? none : formatAge(Date.parse(at) - Date.parse(oldestStatusAt));

export const pingCell = ({ roundTrip }: CustomerState): string => {
  if (roundTrip === undefined) return none;
  return roundTrip.outcome === "answered" ? formatSpan(roundTrip.milliseconds) : "none";
};
