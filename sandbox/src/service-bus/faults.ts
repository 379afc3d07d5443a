import type { Clock } from "./clock.ts";
import type { AmqpError } from "./errors.ts";

/** What a fault is about: everything, one namespace by its host, or one queue of it. */
export type BusTarget = { readonly host?: string; readonly queue?: string };

/** What goes wrong on purpose in AMQP. Times are milliseconds since 1970; counts are how often something happens. */
export type BusFaults = {
  /** Until then sends, requests and new receivers are answered with `com.microsoft:server-busy` (50009). */
  throttle(target: BusTarget, until: number): void;
  /** Until then queues have no room: sends are refused with `amqp:resource-limit-exceeded`. */
  fillQueue(target: BusTarget, until: number): void;
  /** Until then nothing is read from connections or written to them; `queue` is not looked at. */
  stall(target: BusTarget, until: number): void;
  /** Detaches links with `amqp:link:detach-forced` now, and returns how many. */
  dropLinks(target: BusTarget): number;
  /** Cuts connections without a word now, and returns how many; `queue` is not looked at. */
  dropConnections(target: BusTarget): number;
  /** Cuts the connection in the middle of the next messages that a receiver gets. */
  closeMidTransfer(target: BusTarget, times: number): void;
  /** Takes the next messages in and cuts the connection instead of saying so. */
  loseAcknowledgement(target: BusTarget, times: number): void;
  /** Ends everything that is still going on. */
  clear(): void;
};

/** A queue at the host that a client dialled. */
export type Place = { readonly host: string; readonly queue: string };

/** What a client asks for: to put a token, to open a link, to have a message stored or settled, to be answered at `$management`. */
export type BusAsk = "TOKEN" | "ATTACH" | "SEND" | "SETTLE" | "REQUEST";

/** How links ask whether something is to go wrong now. */
export type BusTrouble = {
  isThrottled(place: Place): boolean;
  isFull(place: Place): boolean;
  /** Until when connections of this host stand still; undefined while they do not. */
  stalledUntil(host: string): number | undefined;
  /** Each uses up one of its times. */
  takesMidTransfer(place: Place): boolean;
  takesAcknowledgement(place: Place): boolean;
  /** The error with which a rule of the scenario refuses this; what it is, the rule says. */
  refusal(ask: BusAsk, place: Place): AmqpError | undefined;
};

/** What only the broker can do. */
export type BusHands = Pick<BusFaults, "dropLinks" | "dropConnections"> &
  Pick<BusTrouble, "refusal"> & {
    /** Called when connections of this target may begin to stand still, or to go on. */
    stallConnections(target: BusTarget): void;
  };

type Spell = { readonly target: BusTarget; readonly until: number };
type Times = { readonly target: BusTarget; left: number };

export const isAbout = (
  { host, queue }: BusTarget,
  place: { readonly host: string; readonly queue?: string },
): boolean =>
  (host === undefined || host.toLowerCase() === place.host) &&
  (queue === undefined || place.queue === undefined || queue.toLowerCase() === place.queue.toLowerCase());

export function createBusFaults(clock: Clock, hands: BusHands): BusFaults & BusTrouble {
  const throttled: Spell[] = [];
  const filled: Spell[] = [];
  const stalled: Spell[] = [];
  const midTransfer: Times[] = [];
  const acknowledgements: Times[] = [];
  const isOn = (spells: readonly Spell[], place: Place) =>
    spells.some(({ target, until }) => until > clock.now() && isAbout(target, place));

  function take(all: readonly Times[], place: Place) {
    const found = all.find(({ target, left }) => left > 0 && isAbout(target, place));
    if (found) found.left--;
    return found !== undefined;
  }

  return {
    ...hands,
    throttle: (target, until) => void throttled.push({ target, until }),
    fillQueue: (target, until) => void filled.push({ target, until }),
    stall(target, until) {
      stalled.push({ target, until });
      hands.stallConnections(target);
    },
    closeMidTransfer: (target, times) => void midTransfer.push({ target, left: times }),
    loseAcknowledgement: (target, times) => void acknowledgements.push({ target, left: times }),
    clear() {
      for (const list of [throttled, filled, stalled, midTransfer, acknowledgements]) list.length = 0;
      hands.stallConnections({});
    },
    isThrottled: (place) => isOn(throttled, place),
    isFull: (place) => isOn(filled, place),
    stalledUntil(host) {
      const ends = stalled.filter(({ target }) => isAbout(target, { host })).map(({ until }) => until);
      const last = Math.max(...ends);
      return last > clock.now() ? last : undefined;
    },
    takesMidTransfer: (place) => take(midTransfer, place),
    takesAcknowledgement: (place) => take(acknowledgements, place),
  };
}
