import type { Customer } from "../domain/customer.ts";
import { expectedFailure, type Failure } from "../errors/failure.ts";
import { aggregateFailure } from "./aggregate-failure.ts";
import { mergeStreams } from "./merge-streams.ts";
import { createSemaphore, type Semaphore } from "./semaphore.ts";
import { createTimedSemaphore } from "./timed-semaphore.ts";

export type ForEachCustomerOptions<Who, Result, Ended> = {
  readonly signal: AbortSignal;
  /**
   * Customers that are worked on at the same time; 32 by default. A customer that takes longer than some seconds no longer
   * counts, so that silent customers do not hold up the others.
   */
  readonly concurrency?: number;
  /** A customer counts until it is done, however long that takes: a person is asked for one customer at a time. */
  readonly strict?: boolean;
  /** "arrival": results as they come. "customers": in the order of the customers, each with all its results. */
  readonly order?: "arrival" | "customers";
  /** The record of a customer that failed. Without it, the first failure ends the work. */
  readonly toFailed?: (customer: Who, failure: Failure) => Ended;
  /** The record of a customer that did not fail, after its results. */
  readonly toDone?: (customer: Who) => Ended;
  /** A result that makes the customer count as failed, although its work goes on. */
  readonly failureOf?: (result: Result) => Failure | undefined;
};

/** Work that only waits from now on calls `leave`: it no longer counts as work at the same time. */
export type CustomerWork<Who, Result> = (
  customer: Who,
  signal: AbortSignal,
  leave: () => void,
) => AsyncIterable<Result>;

/**
 * Does the same work for each customer, a bounded number at the same time. One customer's failure never affects another: it
 * becomes a record, and the end is one Failure for all of them (`aggregateFailure`). A failure of a single customer is thrown as it is.
 */
export async function* forEachCustomer<Who extends Customer, Result, Ended = never>(
  customers: readonly Who[],
  work: CustomerWork<Who, Result>,
  options: ForEachCustomerOptions<Who, Result, Ended>,
): AsyncGenerator<Result | Ended> {
  const {
    signal,
    concurrency = 32,
    strict,
    order = "arrival",
    toFailed,
    toDone,
    failureOf = () => undefined,
  } = options;
  const [only] = customers;
  if (customers.length === 1 && only) return yield* work(only, signal, () => {});
  const failures: Failure[] = [];
  async function* settled(customer: Who, stop: AbortSignal, leave: () => void): AsyncGenerator<Result | Ended> {
    let failure: Failure | undefined;
    try {
      for await (const result of work(customer, stop, leave)) {
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
  const admit = strict ? createSemaphore(concurrency) : createTimedSemaphore({ places: concurrency });
  if (order === "arrival") {
    const streams = customers.map(
      (customer) =>
        async function* (stop: AbortSignal) {
          using place = await admit();
          if (!stop.aborted) yield* settled(customer, stop, () => place[Symbol.dispose]());
        },
    );
    yield* mergeStreams(signal, streams);
  } else yield* inOrder(customers, settled, admit, signal);
  const failure = aggregateFailure(failures, customers.length);
  if (failure) throw failure;
}

/** All results of the first customer, then those of the next one. All customers are worked on from the start. */
async function* inOrder<Who, Result>(
  customers: readonly Who[],
  work: CustomerWork<Who, Result>,
  admit: Semaphore,
  signal: AbortSignal,
): AsyncGenerator<Result> {
  const left = new AbortController();
  const stop = AbortSignal.any([signal, left.signal]);
  const works = customers.map(async (customer) => {
    using place = await admit();
    return stop.aborted ? [] : await Array.fromAsync(work(customer, stop, () => place[Symbol.dispose]()));
  });
  // The first rejection that is reached ends the iteration; another one must not end the process.
  for (const each of works) each.catch(() => {});
  try {
    for (const each of works) yield* await each;
  } finally {
    left.abort();
  }
}
