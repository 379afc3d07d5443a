import { forEachCustomer } from "../concurrency/for-each-customer.ts";
import type { ConfiguredCustomer } from "../config/config.ts";
import { type Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";

/** How it ended for one customer of several; for a single one, the steps and the exit code say it. */
export type CustomerEnd = { readonly customer: string; readonly tenantId: string } & (
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly error: FailureRecord }
);

type Work<Context, Step> = {
  readonly steps: (context: Context, customer: ConfiguredCustomer) => AsyncIterable<Step>;
  /** Which step means that it failed, though the work goes on. */
  readonly failureOf?: (step: Step) => Failure | undefined;
};

/** Resource Manager and Graph throttle clients that send too many requests at the same time. */
const customersAtOnce = 16;

/** The same steps for each customer, and how each one ended. */
export const onboardCustomers = <Context extends { readonly signal: AbortSignal }, Step>(
  context: Context,
  customers: readonly ConfiguredCustomer[],
  { steps, failureOf }: Work<Context, Step>,
): AsyncGenerator<Step | CustomerEnd> =>
  forEachCustomer(customers, (customer, signal) => steps({ ...context, signal }, customer), {
    signal: context.signal,
    concurrency: customers.some(asksPerson) ? 1 : customersAtOnce,
    failureOf,
    toDone: (customer): CustomerEnd => ({ type: "done", ...identify(customer) }),
    toFailed: (customer, failure): CustomerEnd => ({
      type: "failed",
      ...identify(customer),
      error: failureRecord(failure),
    }),
  });

const identify = ({ name, tenantId }: ConfiguredCustomer) => ({ customer: name, tenantId });

/** A person who is asked for two customers at the same time may answer for the wrong one. */
const asksPerson = ({ administrator }: ConfiguredCustomer) =>
  administrator.kind === "browser" || administrator.kind === "device-code";
