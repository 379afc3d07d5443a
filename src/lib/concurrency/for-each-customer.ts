import type { Customer, QueueRole } from "../domain/customer.ts";
import { expectedFailure, type Failure } from "../errors/failure.ts";
import { type CustomerFailed, failedRecord } from "../receive/receive-record.ts";
import { aggregateFailure } from "./aggregate-failure.ts";
import { mergeStreams } from "./merge-streams.ts";
import { createSemaphore } from "./semaphore.ts";

/** Connections open at a time. */
const connectionsAtMost = 32;

/** The same for each Customer at once; a failure becomes a record, and a failure of a single one is thrown as it is. */
export async function* streamForEachCustomer<Told>(
  signal: AbortSignal,
  customers: readonly Customer[],
  each: (customer: Customer, signal: AbortSignal) => AsyncIterable<Told>,
  role: QueueRole = "status",
): AsyncGenerator<Told | CustomerFailed> {
  const [only] = customers;
  if (customers.length === 1 && only) return yield* each(only, signal);
  const limit = createSemaphore(connectionsAtMost);
  const failures: Failure[] = [];
  const tolerant = async function* (customer: Customer, stop: AbortSignal): AsyncGenerator<Told | CustomerFailed> {
    using _place = await limit();
    try {
      yield* each(customer, stop);
    } catch (error) {
      failures.push(expectedFailure(error));
      yield failedRecord(customer, error, role);
    }
  };
  yield* mergeStreams(
    signal,
    customers.map((customer) => (stop: AbortSignal) => tolerant(customer, stop)),
  );
  const summary = aggregateFailure(failures, customers.length);
  if (summary) throw summary;
}
