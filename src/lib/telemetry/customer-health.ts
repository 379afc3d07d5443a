import type { Customer } from "../domain/customer.ts";
import type { FailureRecord } from "../errors/failure.ts";
import { mapSettlement } from "../ports/map-settlement.ts";
import { type LinkEnd, noopObserver, type Observer, type Operation } from "./observer.ts";

/** The state of one customer. */
export type CustomerHealth = {
  readonly customer: string;
  readonly state: "connecting" | "live" | "failing";
  /** Milliseconds of the monotonic clock (`performance.now`), like all times here. */
  readonly since: number;
  /** Why it is failing. */
  readonly error?: FailureRecord;
  readonly lastMessage?: number;
  /** When the namespace was last heard from: a link that opened, an answer, a message or a heartbeat. */
  readonly lastSign: number;
  /** Messages that were received and are not settled yet. */
  readonly inHand: number;
  readonly messages: number;
  /** How often a link was opened. More than once means that a connection was lost. */
  readonly links: number;
  /** How often it began to fail, by code. */
  readonly failures: ReadonlyMap<string, number>;
};

/** Requests that are answered only over an open receiving link. */
const readings: ReadonlySet<Operation> = new Set(["peek", "receive", "accept_session"]);

type Entry = { -readonly [Key in keyof CustomerHealth]: CustomerHealth[Key] } & {
  readonly failures: Map<string, number>;
};

/** The customers that this process serves, and the state of each. */
export type CustomerHealthTracker = {
  readonly observer: Observer;
  standings(): Iterable<CustomerHealth>;
  /** A customer that `poll` or `respond` could not serve. */
  failed(customer: string, error: FailureRecord): void;
  /** The customer can be served again. */
  recovered(customer: string): void;
};

export function createCustomerHealthTracker(
  customers: readonly Pick<Customer, "name">[],
  now = () => performance.now(),
): CustomerHealthTracker {
  const entries = new Map<string, Entry>(customers.map(({ name }) => [name, begun(name, now())]));
  const change = (customer: string, what: (entry: Entry) => void) => {
    const entry = entries.get(customer);
    if (entry !== undefined) what(entry);
  };
  const turn = (entry: Entry, state: CustomerHealth["state"], error?: FailureRecord) => {
    if (entry.state !== state) entry.since = now();
    entry.state = state;
    entry.error = error;
  };
  /** A failing customer stays failing until its recovery is reported. A link that opens does not prove recovery. */
  const sign = ({ customer }: LinkEnd, what: (entry: Entry) => void = () => {}) =>
    change(customer, (entry) => {
      entry.lastSign = now();
      if (entry.state === "connecting") turn(entry, "live");
      what(entry);
    });
  const settled = (end: LinkEnd) =>
    change(end.customer, (entry) => {
      entry.inHand = Math.max(0, entry.inHand - 1);
    });
  const observer: Observer = {
    ...noopObserver,
    call: async ({ operation, end }, work) => {
      const result = await work();
      if (readings.has(operation)) sign(end);
      return result;
    },
    arrived: (end, held) => {
      sign(end, (entry) => {
        entry.lastMessage = now();
        entry.messages += 1;
        entry.inHand += 1;
      });
      return mapSettlement(held, (operation, call) =>
        operation === "renew_lock" ? call() : call().finally(() => settled(end)),
      );
    },
    attached: (end) =>
      sign(end, (entry) => {
        entry.links += 1;
      }),
    heard: sign,
  };
  return {
    observer,
    standings: () => entries.values(),
    failed: (customer, error) =>
      change(customer, (entry) => {
        entry.failures.set(error.code, (entry.failures.get(error.code) ?? 0) + 1);
        entry.inHand = 0;
        turn(entry, "failing", error);
      }),
    recovered: (customer) =>
      change(customer, (entry) => {
        entry.lastSign = now();
        turn(entry, "live");
      }),
  };
}

const begun = (customer: string, at: number): Entry => ({
  ...{ customer, state: "connecting", since: at, lastSign: at },
  ...{ inHand: 0, messages: 0, links: 0, failures: new Map() },
});

export type HealthCount = Readonly<Record<CustomerHealth["state"], number>>;

export function countHealth(fleet: CustomerHealthTracker): HealthCount {
  const count = { connecting: 0, live: 0, failing: 0 };
  for (const { state } of fleet.standings()) count[state] += 1;
  return count;
}
