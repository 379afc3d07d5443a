import type { Customer } from "../domain/customer.ts";
import { expectedFailure, type Failure } from "../errors/failure.ts";
import { aggregateFailure } from "./aggregate-failure.ts";
import { mergeStreams } from "./merge-streams.ts";
import { createSemaphore } from "./semaphore.ts";

export type ForEachCustomerOptions<Who, Result, Ended> = {
  readonly signal: AbortSignal;
  /** Customers that are worked on at the same time; 32 by default. */
  readonly concurrency?: number;
  /** "arrival": results as they come. "customers": in the order of the customers, each with all its results. */
  readonly order?: "arrival" | "customers";
  /** The record of a customer that failed. Without it, the first failure ends the work. */
  readonly toFailed?: (customer: Who, failure: Failure) => Ended;
  /** The record of a customer that did not fail, after its results. */
  readonly toDone?: (customer: Who) => Ended;
  /** A result that makes the customer count as failed, although its work goes on. */
  readonly failureOf?: (result: Result) => Failure | undefined;
};

/**
 * Does the same work for each customer, a bounded number at the same time. One customer's failure never affects another: it
 * becomes a record, and the end is one Failure for all of them (`aggregateFailure`). A failure of a single customer is thrown as it is.
 */
export async function* forEachCustomer<Who extends Customer, Result, Ended = never>(
  customers: readonly Who[],
  work: (customer: Who, signal: AbortSignal) => AsyncIterable<Result>,
  options: ForEachCustomerOptions<Who, Result, Ended>,
): AsyncGenerator<Result | Ended> {
  const { signal, concurrency = 32, order = "arrival", toFailed, toDone, failureOf = () => undefined } = options;
  const [only] = customers;
  if (customers.length === 1 && only) return yield* work(only, signal);
  const failures: Failure[] = [];
  async function* settled(customer: Who, stop: AbortSignal): AsyncGenerator<Result | Ended> {
    let failure: Failure | undefined;
    try {
      for await (const result of work(customer, stop)) {
        failure ??= failureOf(result);
        yield result;
      }
    } catch (error) {
      failure = expectedFailure(error);
      if (failure.kind === "interrupted" || toFailed === undefined) throw failure;
    }
    if (failure) failures.push(failure);
    if (failure && toFailed) yield toFailed(customer, failure);
    if (!failure && toDone) yield toDone(customer);
  }
  if (order === "arrival") {
    const admit = createSemaphore(concurrency);
    const streams = customers.map(
      (customer) =>
        async function* (stop: AbortSignal) {
          using _place = await admit();
          if (!stop.aborted) yield* settled(customer, stop);
        },
    );
    yield* mergeStreams(signal, streams);
  } else {
    const { pMapIterable } = await import("p-map");
    const all = (customer: Who) => Array.fromAsync(settled(customer, signal));
    for await (const results of pMapIterable(customers, all, { concurrency })) yield* results;
  }
  const failure = aggregateFailure(failures, customers.length);
  if (failure) throw failure;
}
