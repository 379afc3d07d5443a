import { workWithReconnect } from "../concurrency/reconnect.ts";
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
  const { name } = customer;
  await workWithReconnect({
    signal,
    limit,
    intervalMilliseconds,
    work: async () => {
      await receiveFromCustomer(context, customer, options);
      return "again";
    },
    probe: () => requireWorking(context, customer, options),
    endsAt: ({ code }) => endsEverything(code),
    onFailed: (error) => {
      failing.add(name);
      return output.put(informationBatch(failedRecord(customer, error)));
    },
    onRecovered: () => {
      failing.delete(name);
      return output.put(informationBatch(recoveredRecord(customer)));
    },
  });
}

/** The sink first: messages that it cannot accept would be locked and abandoned, with one delivery more each time. */
async function requireWorking({ azure }: ReceiveContext, customer: Customer, { sink }: ReceiveOptions): Promise<void> {
  await sink?.probe();
  await using connection = await azure.connectAsProvider(customer);
  await (await connection.receiver()).peek(1);
}
