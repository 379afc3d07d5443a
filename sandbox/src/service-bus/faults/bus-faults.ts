import type { AmqpError } from "../amqp-errors.ts";
import type { Clock } from "../timers/clock.ts";

/** What a fault is about: everything, one namespace by its host, or one queue of it. */
export type FaultTarget = { readonly host?: string; readonly queue?: string };

/** What goes wrong on purpose in AMQP. Times are milliseconds since 1970; counts are how often something happens. */
export type BusFaults = {
  /** Until then sends, requests and new receivers are answered with `com.microsoft:server-busy` (50009). */
  throttle(target: FaultTarget, until: number): void;
  /** Until then queues have no room: sends are refused with `amqp:resource-limit-exceeded`. */
  fillQueue(target: FaultTarget, until: number): void;
  /** Until then nothing is read from connections or written to them; `queue` is not looked at. */
  stall(target: FaultTarget, until: number): void;
  /** Detaches links with `amqp:link:detach-forced` now, and returns how many. */
  dropLinks(target: FaultTarget): number;
  /** Cuts connections without a word now, and returns how many; `queue` is not looked at. */
  dropConnections(target: FaultTarget): number;
  /** Cuts the connection in the middle of the next messages that a receiver gets. */
  closeMidTransfer(target: FaultTarget, times: number): void;
  /** Takes the next messages in and cuts the connection instead of saying so. */
  loseAcknowledgement(target: FaultTarget, times: number): void;
  /** Ends everything that is still going on. */
  clear(): void;
};

/** A queue at the host that a client dialled. */
export type Place = { readonly host: string; readonly queue: string };

/** What a client asks for: to put a token, to open a link, to have a message stored or settled, to be answered at `$management`. */
export type BusOperation = "TOKEN" | "ATTACH" | "SEND" | "SETTLE" | "REQUEST";

/** How links ask whether something is to go wrong now. */
export type ActiveFaults = {
  isThrottled(place: Place): boolean;
  isFull(place: Place): boolean;
  /** Until when connections of this host stand still; undefined while they do not. */
  stalledUntil(host: string): number | undefined;
  /** Each uses up one of its times. */
  consumeMidTransferFault(place: Place): boolean;
  consumeAcknowledgementFault(place: Place): boolean;
  /** The error with which a rule of the scenario refuses this; what it is, the rule says. */
  refusal(ask: BusOperation, place: Place): AmqpError | undefined;
};

/** What only the broker can do. */
export type BrokerActions = Pick<BusFaults, "dropLinks" | "dropConnections"> &
  Pick<ActiveFaults, "refusal"> & {
    /** Called when connections of this target may begin to stand still, or to go on. */
    stallConnections(target: FaultTarget): void;
  };

type FaultWindow = { readonly target: FaultTarget; readonly until: number };
type Times = { readonly target: FaultTarget; left: number };

export const matchesTarget = (
  { host, queue }: FaultTarget,
  place: { readonly host: string; readonly queue?: string },
): boolean =>
  (host === undefined || host.toLowerCase() === place.host) &&
  (queue === undefined || place.queue === undefined || queue.toLowerCase() === place.queue.toLowerCase());

export function createBusFaults(clock: Clock, actions: BrokerActions): BusFaults & ActiveFaults {
  const throttled: FaultWindow[] = [];
  const filled: FaultWindow[] = [];
  const stalled: FaultWindow[] = [];
  const midTransfer: Times[] = [];
  const acknowledgements: Times[] = [];
  const isActive = (windows: readonly FaultWindow[], place: Place) =>
    windows.some(({ target, until }) => until > clock.now() && matchesTarget(target, place));

  function take(all: readonly Times[], place: Place) {
    const found = all.find(({ target, left }) => left > 0 && matchesTarget(target, place));
    if (found) found.left--;
    return found !== undefined;
  }

  return {
    ...actions,
    throttle: (target, until) => void throttled.push({ target, until }),
    fillQueue: (target, until) => void filled.push({ target, until }),
    stall(target, until) {
      stalled.push({ target, until });
      actions.stallConnections(target);
    },
    closeMidTransfer: (target, times) => void midTransfer.push({ target, left: times }),
    loseAcknowledgement: (target, times) => void acknowledgements.push({ target, left: times }),
    clear() {
      for (const list of [throttled, filled, stalled, midTransfer, acknowledgements]) list.length = 0;
      actions.stallConnections({});
    },
    isThrottled: (place) => isActive(throttled, place),
    isFull: (place) => isActive(filled, place),
    stalledUntil(host) {
      const ends = stalled.filter(({ target }) => matchesTarget(target, { host })).map(({ until }) => until);
      const last = Math.max(...ends);
      return last > clock.now() ? last : undefined;
    },
    consumeMidTransferFault: (place) => take(midTransfer, place),
    consumeAcknowledgementFault: (place) => take(acknowledgements, place),
  };
}
