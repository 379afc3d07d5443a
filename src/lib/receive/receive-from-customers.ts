import { setTimeout as sleep } from "node:timers/promises";
import { mergeStreams } from "../concurrency/merge-streams.ts";
import { createSemaphore, unlimited } from "../concurrency/semaphore.ts";
import type { Customer } from "../domain/customer.ts";
import { Failure, type FailureRecord } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { type ReceiveOptions, receiveFromCustomer } from "./receive-from-customer.ts";
import { type Heartbeat, isAccepted, type ReceiveRecord } from "./receive-record.ts";
import { receiveOnce, receiveWithReconnect } from "./receive-with-reconnect.ts";

export type ReceivePlan = {
  readonly reading: ReceiveOptions;
  /** Of a sweep: every Customer is drained, again after each such interval. */
  readonly intervalMilliseconds?: number;
  readonly heartbeatMilliseconds?: number;
};

type Needs = Pick<UseCaseContext, "azure" | "log" | "signal">;
type Events = (signal: AbortSignal) => AsyncIterable<readonly ReceiveRecord[]>;

/** Connections that a drain or a sweep has open at a time; tails need one each for as long as they last. */
const connectionsAtMost = 32;

/** The statuses of many Customers as one stream, each Customer's failures apart. A single one that is drained fails as itself. */
export async function* receiveFromCustomers(
  needs: Needs,
  customers: readonly Customer[],
  plan: ReceivePlan,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { reading, intervalMilliseconds } = plan;
  const goesOn = reading.watch || intervalMilliseconds !== undefined;
  const [only] = customers;
  if (customers.length === 1 && only && !goesOn) {
    yield* receiveFromCustomer(needs, only, reading);
    return;
  }
  const failures: FailureRecord[] = [];
  const enough = new AbortController();
  const stopping = { ...needs, signal: AbortSignal.any([needs.signal, enough.signal]) };
  let left = reading.max ?? Number.POSITIVE_INFINITY;
  const events = goesOn ? watchAll(stopping, customers, exact(plan)) : drainAll(stopping, customers, reading);
  for await (const some of events) {
    // Leaving now gives these back; the ones before have been completed, because their stream has gone on.
    if (left === 0 && some.some(({ type }) => type === "message")) break;
    yield some;
    for (const event of some) {
      if (event.type === "failed") failures.push(event.error);
      if (isAccepted(event) && --left === 0) enough.abort();
    }
  }
  const summary = goesOn ? undefined : summaryOf(failures, customers.length);
  if (summary) throw summary;
}

/** Several at a time could be more than are wanted of all Customers together. */
const exact = (plan: ReceivePlan): ReceivePlan =>
  plan.reading.max === undefined ? plan : { ...plan, reading: { ...plan.reading, recordsAtMost: 1 } };

function drainAll(
  needs: Needs,
  customers: readonly Customer[],
  reading: ReceiveOptions,
): AsyncIterable<readonly ReceiveRecord[]> {
  if (reading.max !== undefined) return drainSequentially(needs, customers, reading);
  const limit = createSemaphore(connectionsAtMost);
  return mergeStreams(
    needs.signal,
    customers.map(
      (customer): Events =>
        (signal) =>
          receiveOnce({ ...needs, signal }, customer, reading, limit),
    ),
  );
}

/** One after the other, so that no more is locked than is still wanted. */
async function* drainSequentially(
  needs: Needs,
  customers: readonly Customer[],
  reading: ReceiveOptions,
): AsyncGenerator<readonly ReceiveRecord[]> {
  let left = reading.max ?? 0;
  for (const customer of customers) {
    if (left === 0 || needs.signal.aborted) return;
    for await (const some of receiveOnce(needs, customer, { ...reading, max: left }, unlimited)) {
      yield some;
      left -= some.filter(isAccepted).length;
    }
  }
}

async function* watchAll(
  needs: Needs,
  customers: readonly Customer[],
  plan: ReceivePlan,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { reading, intervalMilliseconds, heartbeatMilliseconds } = plan;
  const limit = intervalMilliseconds === undefined ? unlimited : createSemaphore(connectionsAtMost);
  const failing = new Set<string>();
  const opens = customers.map(
    (customer): Events =>
      (signal) =>
        receiveWithReconnect({ ...needs, signal }, customer, reading, { limit, intervalMilliseconds, failing }),
  );
  let messages = 0;
  const beat = (): Heartbeat => ({
    type: "heartbeat",
    at: new Date().toISOString(),
    customers: customers.length,
    failing: [...failing],
    messages,
  });
  if (customers.length === 0) opens.push(idle);
  if (heartbeatMilliseconds !== undefined) opens.push((signal) => heartbeats(signal, heartbeatMilliseconds, beat));
  for await (const some of mergeStreams(needs.signal, opens)) {
    messages += some.filter(isAccepted).length;
    yield some;
  }
}

/** A replica whose share is nobody stays: ended, it would be started again and again. A timer keeps the process. */
async function* idle(signal: AbortSignal): AsyncGenerator<readonly ReceiveRecord[]> {
  while (!signal.aborted) await sleep(2 ** 31 - 1, undefined, { signal }).catch(() => {});
}

/** The first at once: whoever waits for a beat knows that there will be some. */
async function* heartbeats(signal: AbortSignal, milliseconds: number, beat: () => Heartbeat) {
  while (!signal.aborted) {
    yield [beat()];
    await sleep(milliseconds, undefined, { signal }).catch(() => {});
  }
}

function summaryOf(failures: readonly FailureRecord[], customers: number): Failure | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const message = `${failures.length} of ${customers} Customers failed`;
  const hint = "the 'failed' records name each failure and its remedy";
  const alike = failures.length === customers && failures.every(({ kind }) => kind === first.kind);
  return new Failure(alike ? first.kind : "partial", message, { hint, ...(alike ? { code: first.code } : {}) });
}
