import { forEachCustomer } from "../concurrency/for-each-customer.ts";
import type { ConfiguredCustomer } from "../config/config.ts";
import { type Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";

/** The result for one of several customers. For a single customer, the steps and the exit code show the result. */
export type CustomerEnd = { readonly customer: string; readonly tenantId: string } & (
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly error: FailureRecord }
);

type Work<Context, Step> = {
  readonly steps: (context: Context, customer: ConfiguredCustomer) => AsyncIterable<Step>;
  /** Steps that make the customer count as failed, although its work continues. */
  readonly failureOf?: (step: Step) => Failure | undefined;
};

/** Resource Manager and Graph throttle clients that send too many requests at the same time. */
const customersAtOnce = 16;

/** Runs the same steps for each customer, and reports each result. */
export const onboardCustomers = <Context extends { readonly signal: AbortSignal }, Step>(
  context: Context,
  customers: readonly ConfiguredCustomer[],
  { steps, failureOf }: Work<Context, Step>,
): AsyncGenerator<Step | CustomerEnd> =>
  forEachCustomer(customers, (customer, signal) => steps({ ...context, signal }, customer), {
    signal: context.signal,
    ...(customers.some(asksPerson) ? { concurrency: 1, strict: true } : { concurrency: customersAtOnce }),
    failureOf,
    toDone: (customer): CustomerEnd => ({ type: "done", ...identify(customer) }),
    toFailed: (customer, failure): CustomerEnd => ({
      type: "failed",
      ...identify(customer),
      error: failureRecord(failure),
    }),
  });

const identify = ({ name, tenantId }: ConfiguredCustomer) => ({ customer: name, tenantId });

/** A person who is asked about two customers at the same time could answer for the wrong one. */
const asksPerson = ({ administrator }: ConfiguredCustomer) =>
  administrator.kind === "browser" || administrator.kind === "device-code";
