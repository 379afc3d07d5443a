import type { Context } from "../../cli/context.ts";
import type { Customer } from "../domain/customer.ts";
import { Failure } from "../errors/failure.ts";
import { observeCustomers } from "../health/observe-customers.ts";
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
  context: Context,
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
  const lookingOn = isSeen(context) ? options.lookingOn : undefined;
  await using fleet = await observeCustomers(context, customers, options.health, lookingOn);
  let left = max ?? Number.POSITIVE_INFINITY;
  let told = 0;
  for await (const some of receiveFromCustomers({ ...context, azure: fleet.azure, signal }, customers, plan)) {
    told += some.length;
    for (const event of some) {
      fleet.told(event);
      if (isAccepted(event)) left -= 1;
      if (options.format && event.type === "failed")
        context.log.info(`${event.customer} failed: ${event.error.message}`);
    }
    yield some;
  }
  const endless = (watch || interval !== undefined) && max === undefined;
  if (told === 0 && !endless && !signal.aborted && context.terminal.stderr.isTTY) context.log.info(nothing(customers));
  if (late?.aborted && !endless && left > 0) throw tooLate(max, left);
}

const isSeen = ({ terminal: { stdout, stderr } }: Context) => stdout.isTTY === true && stderr.isTTY === true;

/** Said to a person, who would else not know whether anything was looked at. */
const nothing = (customers: readonly Customer[]) =>
  customers.length === 1
    ? `no status of ${customers[0]?.name} waits`
    : `no status of ${customers.length} Customers waits`;

const tooLate = (max: number | undefined, left: number) =>
  new Failure(
    "timeout",
    max === undefined ? "the queues were not empty in time" : `${max - left} of ${max} messages came in time`,
    { code: "NotInTime", hint: "repeat the command, with a longer --timeout" },
  );
