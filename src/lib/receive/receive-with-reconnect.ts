import { setTimeout as sleep } from "node:timers/promises";
import { pauseAfter } from "../concurrency/retry.ts";
import type { Semaphore } from "../concurrency/semaphore.ts";
import type { Customer } from "../domain/customer.ts";
import { expectedFailure } from "../errors/failure.ts";
import { informationBatch } from "./receive-batch.ts";
import { type ReceiveContext, type ReceiveOptions, receiveFromCustomer } from "./receive-from-customer.ts";
import { failedRecord, recoveredRecord } from "./receive-record.ts";
import { endsEverything } from "./sinks/sink.ts";

/** Receives from one customer. A failure becomes a record, so that the others continue. */
export async function receiveOnce(
  context: ReceiveContext,
  customer: Customer,
  options: ReceiveOptions,
  limit: Semaphore,
): Promise<void> {
  using _place = await limit();
  if (context.signal.aborted) return;
  try {
    await receiveFromCustomer(context, customer, options);
  } catch (error) {
    if (endsEverything(expectedFailure(error).code)) throw error;
    await context.output.put(informationBatch(failedRecord(customer, error)));
  }
}

export type ReconnectOptions = {
  readonly limit: Semaphore;
  /** How long a sweep waits before it drains the customer again. */
  readonly intervalMilliseconds?: number;
  /** The names of the customers that are failing. */
  readonly failing: Set<string>;
};

/** Full jitter: many customers that failed together do not reconnect together. */
const backoff = { first: 1_000, longest: 60_000, jitter: 1 };

/** A namespace that throttles asks for a pause of two seconds (code 50009). */
const shortestPause = (error: unknown): number => (expectedFailure(error).code === "ServiceBusy" ? 2_000 : 0);

/**
 * Receives from one customer until the signal aborts, and connects again after each failure. One record says that it began to
 * fail, and one that it recovered.
 */
export async function receiveWithReconnect(
  context: ReceiveContext,
  customer: Customer,
  options: ReceiveOptions,
  { limit, intervalMilliseconds, failing }: ReconnectOptions,
): Promise<void> {
  const { signal, output } = context;
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});
  for (let attempt = 1; !signal.aborted; ) {
    try {
      using _place = await limit();
      if (signal.aborted) return;
      if (failing.has(customer.name)) {
        await requireWorking(context, customer, options);
        failing.delete(customer.name);
        attempt = 1;
        await output.put(informationBatch(recoveredRecord(customer)));
      }
      await receiveFromCustomer(context, customer, options);
    } catch (error) {
      if (endsEverything(expectedFailure(error).code)) throw error;
      if (!failing.has(customer.name)) await output.put(informationBatch(failedRecord(customer, error)));
      failing.add(customer.name);
      await wait(shortestPause(error) + pauseAfter(attempt, backoff));
      attempt += 1;
      continue;
    }
    if (intervalMilliseconds !== undefined) await wait(intervalMilliseconds);
  }
}

/** The sink first: messages that it cannot accept would be locked and abandoned, with one delivery more each time. */
async function requireWorking({ azure }: ReceiveContext, customer: Customer, { sink }: ReceiveOptions): Promise<void> {
  await sink?.probe();
  await using connection = await azure.connectAsProvider(customer);
  await (await connection.receiver()).peek(1);
}
