import type { Customer, QueueRole } from "../domain/customer.ts";
import { expectedFailure, type Failure } from "../errors/failure.ts";
import { type Failed, failed } from "../receive/receive-record.ts";
import { summaryOf } from "./aggregate-failure.ts";
import { merge } from "./merge-streams.ts";
import { createLimit } from "./semaphore.ts";

/** Connections open at a time. */
const connectionsAtMost = 32;

/** The same for each Customer at once; a failure becomes a record, and a failure of a single one is thrown as it is. */
export async function* severally<Told>(
  signal: AbortSignal,
  customers: readonly Customer[],
  each: (customer: Customer, signal: AbortSignal) => AsyncIterable<Told>,
  role: QueueRole = "status",
): AsyncGenerator<Told | Failed> {
  const [only] = customers;
  if (customers.length === 1 && only) return yield* each(only, signal);
  const limit = createLimit(connectionsAtMost);
  const failures: Failure[] = [];
  const tolerant = async function* (customer: Customer, stop: AbortSignal): AsyncGenerator<Told | Failed> {
    using _place = await limit();
    try {
      yield* each(customer, stop);
    } catch (error) {
      failures.push(expectedFailure(error));
      yield failed(customer, error, role);
    }
  };
  yield* merge(
    signal,
    customers.map((customer) => (stop: AbortSignal) => tolerant(customer, stop)),
  );
  const summary = summaryOf(failures, customers.length);
  if (summary) throw summary;
}
