import type { Context } from "../../cli/context.ts";
import { customerFailureText } from "../../cli/output/customer-failure.ts";
import type { FailureOf, View } from "../../cli/run-command.ts";
import { aggregateFailure } from "../concurrency/aggregate-failure.ts";
import { mergeStreams } from "../concurrency/merge-streams.ts";
import { createSemaphore } from "../concurrency/semaphore.ts";
import type { ConfiguredCustomer } from "../config/config.ts";
import { expectedFailure, type Failure, type FailureRecord, failureRecord } from "../errors/failure.ts";

/** How it ended for one Customer of several; of a single one the steps and the exit code say it. */
export type CustomerEnd = { readonly customer: string; readonly tenantId: string } & (
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly error: FailureRecord }
);

type Work<Step> = {
  readonly steps: (context: Context, customer: ConfiguredCustomer) => AsyncIterable<Step>;
  /** Which step means that it failed, though the work goes on. */
  readonly failureOf?: FailureOf<Step>;
};

/** Resource Manager and Graph throttle whoever asks too much at once. */
const atOnce = 16;

/** The same for each Customer at once, whose failures are apart; a single one fails as itself. */
export async function* onboardCustomers<Step>(
  context: Context,
  customers: readonly ConfiguredCustomer[],
  { steps, failureOf = () => undefined }: Work<Step>,
): AsyncGenerator<Step | CustomerEnd> {
  const [only] = customers;
  if (customers.length === 1 && only) return yield* steps(context, only);
  const limit = createSemaphore(customers.some(asksPerson) ? 1 : atOnce);
  const failures: Failure[] = [];
  const one = async function* (customer: ConfiguredCustomer, signal: AbortSignal): AsyncGenerator<Step | CustomerEnd> {
    using _place = await limit();
    const whose = { customer: customer.name, tenantId: customer.tenantId };
    let failure: Failure | undefined;
    try {
      for await (const step of steps({ ...context, signal }, customer)) {
        failure ??= failureOf(step);
        yield step;
      }
    } catch (error) {
      failure = expectedFailure(error);
      if (failure.kind === "interrupted") throw failure;
    }
    if (failure) failures.push(failure);
    yield failure ? { type: "failed", ...whose, error: failureRecord(failure) } : { type: "done", ...whose };
  };
  const opens = customers.map((customer) => (signal: AbortSignal) => one(customer, signal));
  yield* mergeStreams(context.signal, opens);
  const summary = aggregateFailure(failures, customers.length);
  if (summary) throw summary;
}

/** Two questions at a time would be answered for the wrong Customer. */
const asksPerson = ({ administrator }: ConfiguredCustomer) =>
  administrator.kind === "browser" || administrator.kind === "device-code";

/** The steps as ever, and below them how it ended for each. */
export const onboardingView =
  <Step extends { readonly type: string }>(view: View<Step>): View<Step | CustomerEnd> =>
  (step, style, page) => {
    if (!isEnded(step)) return view(step, style, page);
    if (step.type === "done") return `${style.green("✓")} ${style.bold(step.customer)}`;
    return customerFailureText(step, style, { sign: "✗", page });
  };

const isEnded = <Step extends { readonly type: string }>(step: Step | CustomerEnd): step is CustomerEnd =>
  step.type === "done" || step.type === "failed";
