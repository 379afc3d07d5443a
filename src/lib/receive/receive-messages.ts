import type { Customer } from "../domain/customer.ts";
import { Failure } from "../errors/failure.ts";
import { observeCustomers } from "../health/observe-customers.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { createDuplicateFilter } from "./duplicate-filter.ts";
import type { MessageContract } from "./message-contract.ts";
import { receiveFromCustomers } from "./receive-from-customers.ts";
import type { PollOptions } from "./receive-options.ts";
import { isAccepted, type ReceiveRecord } from "./receive-record.ts";
import { openSink } from "./sinks/open-sink.ts";
import type { WhereExpression } from "./where-expression.ts";

/** What was told, with what had to be read or compiled first. */
export type PollRequest = Omit<PollOptions, "where"> & {
  readonly where: WhereExpression | undefined;
  readonly contract: MessageContract;
  readonly recordsAtMost: number;
};

/** Customers' statuses, taken for good: to be printed, or put into the sink. Throws Failure "timeout" when they did not come in time. */
export async function* receiveMessages(
  context: UseCaseContext,
  customers: readonly Customer[],
  options: PollRequest,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { where, contract, interval, heartbeat, max, concurrency = 1, watch = false, idle: idleMilliseconds } = options;
  const duplicateFilter = options.dedup && createDuplicateFilter();
  await using sink = await openSink(context, options, { duplicateFilter, contract });
  const late = options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout);
  const signal = late ? AbortSignal.any([context.signal, late]) : context.signal;
  const taking = { max, recordsAtMost: options.recordsAtMost, sessions: concurrency };
  const reading = { ...taking, watch, idleMilliseconds, where, duplicateFilter, sink, contract };
  const plan = { reading, intervalMilliseconds: interval, heartbeatMilliseconds: heartbeat };
  await using fleet = await observeCustomers(context, customers, options.health, options.lookingOn);
  let left = max ?? Number.POSITIVE_INFINITY;
  let told = 0;
  for await (const some of receiveFromCustomers({ ...context, azure: fleet.azure, signal }, customers, plan)) {
    told += some.length;
    for (const event of some) {
      fleet.told(event);
      if (isAccepted(event)) left -= 1;
      if (options.logFailures && event.type === "failed")
        context.log.info(`${event.customer} failed: ${event.error.message}`);
    }
    yield some;
  }
  const endless = (watch || interval !== undefined) && max === undefined;
  if (told === 0 && !endless && !signal.aborted && options.logEmpty) context.log.info(nothing(customers));
  if (late?.aborted && !endless && left > 0) throw tooLate(max, left);
}

/** Tells a person that the queues were read and held nothing. */
const nothing = (customers: readonly Customer[]) =>
  customers.length === 1
    ? `no messages in the status queue of ${customers[0]?.name}`
    : `no messages in the status queues of ${customers.length} customers`;

const tooLate = (max: number | undefined, left: number) =>
  new Failure(
    "timeout",
    max === undefined ? "the queues were not empty in time" : `${max - left} of ${max} messages came in time`,
    { code: "NotInTime", hint: "repeat the command, with a longer --timeout" },
  );
