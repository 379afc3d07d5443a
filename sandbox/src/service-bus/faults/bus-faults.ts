import type { AmqpError } from "../amqp-errors.ts";
import type { Clock } from "../timers/clock.ts";

/** The target of a fault: everything, one namespace by its host, or one of its queues. */
export type FaultTarget = { readonly host?: string; readonly queue?: string };

/** Faults in AMQP that a test or a scenario causes. Times are milliseconds since 1970; `times` is the number of occurrences. */
export type BusFaults = {
  /** Until then sends, requests and new receivers are answered with `com.microsoft:server-busy` (50009). */
  throttle(target: FaultTarget, until: number): void;
  /** Until then queues have no room: sends are refused with `amqp:resource-limit-exceeded`. */
  fillQueue(target: FaultTarget, until: number): void;
  /** Until then nothing is read from connections or written to them; ignores `queue`. */
  stall(target: FaultTarget, until: number): void;
  /** Detaches links with `amqp:link:detach-forced` now, and returns the number. */
  dropLinks(target: FaultTarget): number;
  /** Cuts connections silently now, and returns the number; ignores `queue`. */
  dropConnections(target: FaultTarget): number;
  /** Cuts the connection in the middle of the next messages that a receiver gets. */
  closeMidTransfer(target: FaultTarget, times: number): void;
  /** Stores the next messages and cuts the connection instead of accepting them. */
  loseAcknowledgement(target: FaultTarget, times: number): void;
  /** Ends every fault. */
  clear(): void;
};

/** A queue at the host that a client dialled. */
export type Place = { readonly host: string; readonly queue: string };

/** An operation of a client: it puts a token, opens a link, sends or settles a message, or sends a request to `$management`. */
export type BusOperation = "TOKEN" | "ATTACH" | "SEND" | "SETTLE" | "REQUEST";

/** The faults that are active now, for the code of links. */
export type ActiveFaults = {
  isThrottled(place: Place): boolean;
  isFull(place: Place): boolean;
  /** When connections of this host continue; undefined while they are not stalled. */
  stalledUntil(host: string): number | undefined;
  /** Returns whether the fault is active, and counts one occurrence. */
  consumeMidTransferFault(place: Place): boolean;
  consumeAcknowledgementFault(place: Place): boolean;
  /** The error of the scenario's rule that refuses this operation. */
  refusal(ask: BusOperation, place: Place): AmqpError | undefined;
};

/** Actions that only the broker can perform. */
export type BrokerActions = Pick<BusFaults, "dropLinks" | "dropConnections"> &
  Pick<ActiveFaults, "refusal"> & {
    /** Called when connections of this target may stall or continue. */
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
