import { setTimeout as sleep } from "node:timers/promises";
import { aggregateFailure } from "../concurrency/aggregate-failure.ts";
import type { StreamOutput } from "../concurrency/produce-stream.ts";
import { runTogether } from "../concurrency/run-together.ts";
import { createSemaphore, unlimited } from "../concurrency/semaphore.ts";
import type { Customer } from "../domain/customer.ts";
import type { FailureRecord } from "../errors/failure.ts";
import { informationBatch, type ReceiveBatch } from "./receive-batch.ts";
import { type ReceiveContext, type ReceiveOptions, receiveFromCustomer } from "./receive-from-customer.ts";
import { isAccepted } from "./receive-record.ts";
import { receiveOnce, receiveWithReconnect } from "./receive-with-reconnect.ts";

export type ReceivePlan = {
  readonly options: ReceiveOptions;
  /** Set for a sweep: every customer is drained, again after each interval. */
  readonly intervalMilliseconds?: number;
  readonly heartbeatMilliseconds?: number;
};

/** Connections that a drain or a sweep has open at the same time. A tail needs one for each customer. */
const connectionsAtMost = 32;

/**
 * Receives from many customers. A failure of one customer becomes a record and does not affect the others; a single customer
 * that is drained fails with its own failure.
 */
export async function receiveFromCustomers(
  context: ReceiveContext,
  customers: readonly Customer[],
  plan: ReceivePlan,
): Promise<void> {
  const { options } = plan;
  const [only] = customers;
  const isEndless = options.watch || plan.intervalMilliseconds !== undefined;
  if (isEndless) return watchAll(context, customers, plan);
  const draining = { ...options, drain: true };
  if (customers.length === 1 && only) return receiveFromCustomer(context, only, draining);
  const failures: FailureRecord[] = [];
  const output = observeOutput(context.output, ({ records }) => {
    for (const record of records) if (record.type === "failed") failures.push(record.error);
  });
  await drainAll({ ...context, output }, customers, draining);
  const failure = aggregateFailure(failures, customers.length);
  if (failure) throw failure;
}

/** With a maximum one customer after the other, so that no more is locked than is still wanted. */
async function drainAll(
  context: ReceiveContext,
  customers: readonly Customer[],
  options: ReceiveOptions,
): Promise<void> {
  if (options.max !== undefined) return drainSequentially(context, customers, { ...options, max: options.max });
  const limit = createSemaphore(connectionsAtMost);
  await runTogether(
    context.signal,
    customers.map((customer) => (signal) => receiveOnce({ ...context, signal }, customer, options, limit)),
  );
}

async function drainSequentially(
  context: ReceiveContext,
  customers: readonly Customer[],
  options: ReceiveOptions & { readonly max: number },
): Promise<void> {
  let remaining = options.max;
  const output = observeOutput(context.output, ({ records }) => {
    remaining -= records.filter(isAccepted).length;
  });
  for (const customer of customers) {
    if (remaining <= 0 || context.signal.aborted) return;
    await receiveOnce({ ...context, output }, customer, { ...options, max: remaining }, unlimited);
  }
}

async function watchAll(
  context: ReceiveContext,
  customers: readonly Customer[],
  { options, intervalMilliseconds, heartbeatMilliseconds }: ReceivePlan,
): Promise<void> {
  const limit = intervalMilliseconds === undefined ? unlimited : createSemaphore(connectionsAtMost);
  const failing = new Set<string>();
  const enough = new AbortController();
  let messages = 0;
  const limited = limitOutput(context.output, options.max, () => enough.abort());
  const output = observeOutput(limited, ({ records }) => {
    messages += records.filter(isAccepted).length;
  });
  // Several records at a time could be more than all customers together may still give.
  const each = options.max === undefined ? options : { ...options, recordsAtMost: 1 };
  const reconnect = { limit, intervalMilliseconds, failing };
  const beat = async (signal: AbortSignal, milliseconds: number) => {
    // The first one at once: the reader then knows that there will be more.
    while (!signal.aborted) {
      const at = new Date().toISOString();
      const counts = { customers: customers.length, failing: [...failing], messages };
      await output.put(informationBatch({ type: "heartbeat", at, ...counts }));
      await sleep(milliseconds, undefined, { signal }).catch(() => {});
    }
  };
  const works = customers.map(
    (customer) => (signal: AbortSignal) =>
      receiveWithReconnect({ ...context, signal, output }, customer, each, reconnect),
  );
  if (customers.length === 0) works.push(waitForAbort);
  if (heartbeatMilliseconds !== undefined) works.push((signal) => beat(signal, heartbeatMilliseconds));
  await runTogether(AbortSignal.any([context.signal, enough.signal]), works);
}

/** A replica that no customer belongs to keeps running: if it ended, it would be restarted again and again. */
async function waitForAbort(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(2 ** 31 - 1, undefined, { signal }).catch(() => {});
}

const observeOutput = (
  output: StreamOutput<ReceiveBatch>,
  observe: (batch: ReceiveBatch) => void,
): StreamOutput<ReceiveBatch> => ({
  left: output.left,
  put: (batch) => {
    observe(batch);
    return output.put(batch);
  },
});

/** Hands over no more messages than `max`; further ones are not wanted. */
function limitOutput(
  output: StreamOutput<ReceiveBatch>,
  max: number | undefined,
  onReached: () => void,
): StreamOutput<ReceiveBatch> {
  if (max === undefined) return output;
  let remaining = max;
  return {
    left: output.left,
    put: async (batch) => {
      if (remaining <= 0 && batch.records.some(({ type }) => type === "message")) return false;
      remaining -= batch.records.filter(isAccepted).length;
      if (remaining <= 0) onReached();
      return output.put(batch);
    },
  };
}
