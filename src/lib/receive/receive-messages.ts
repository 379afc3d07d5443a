import { produceStream } from "../concurrency/produce-stream.ts";
import { countText } from "../domain/count-text.ts";
import type { Customer } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { Failure } from "../errors/failure.ts";
import { observeCustomers } from "../health/observe-customers.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { createDuplicateFilter } from "./duplicate-filter.ts";
import type { MessageContract } from "./message-contract.ts";
import type { ReceiveBatch } from "./receive-batch.ts";
import { receiveFromCustomers } from "./receive-from-customers.ts";
import type { PollOptions } from "./receive-options.ts";
import { type Delivered, isAccepted, type MessageReceived } from "./receive-record.ts";
import { openSink } from "./sinks/open-sink.ts";
import type { WhereExpression } from "./where-expression.ts";

/** The options, with what had to be read or compiled first. */
export type PollRequest = Omit<PollOptions, "where"> & {
  readonly where: WhereExpression | undefined;
  readonly contract: MessageContract;
  /** How many records a batch may have. */
  readonly recordsAtMost?: number;
};

/** How long to wait for messages that were peeked and are not delivered: another receiver may release them. */
const defaultIdle = 1_000;

/**
 * Receives customers' statuses, for the consumer or for a sink. The consumer acknowledges each batch when it has its records;
 * leaving the iteration releases the others. Throws Failure "timeout" when the messages did not arrive in time.
 */
export const receiveMessages = (
  context: UseCaseContext,
  customers: readonly Customer[],
  options: PollRequest,
): AsyncGenerator<ReceiveBatch> =>
  produceStream(async ({ put, left }) => {
    const { where, sequence, contract, interval, max, concurrency = 1, watch = false, idle } = options;
    const duplicateFilter = options.dedup && createDuplicateFilter();
    await using sink = await openSink(context, options, { duplicateFilter, contract });
    const late = options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout);
    const signal = AbortSignal.any([context.signal, left, ...(late ? [late] : [])]);
    await using fleet = await observeCustomers(context, customers, options.health, options.lookingOn);
    let remaining = max ?? Number.POSITIVE_INFINITY;
    let records = 0;
    const tally = createTally();
    const observe = (batch: ReceiveBatch) => {
      records += batch.records.length;
      for (const record of batch.records) {
        fleet.observe(record);
        if (isAccepted(record)) {
          remaining -= 1;
          tally.add(record);
        }
        if (options.logFailures && record.type === "failed")
          context.log.info(`${record.customer} failed: ${record.error.message}`);
      }
    };
    const output = {
      left,
      put: (batch: ReceiveBatch) => {
        observe(batch);
        return put(batch);
      },
    };
    // Also where a customer failed: the messages of the others were received.
    const sayTotal = () => {
      const taken = tally.text();
      if (taken !== undefined && options.logEmpty && !left.aborted) context.log.info(taken);
    };
    await receiveFromCustomers({ azure: fleet.azure, log: context.log, signal, output }, customers, {
      options: {
        max,
        sessions: concurrency,
        watch,
        idleMilliseconds: idle ?? defaultIdle,
        endsWhenEmpty: idle === undefined,
        where,
        sequence,
        duplicateFilter,
        sink,
        contract,
        ...omitUndefined({ recordsAtMost: options.recordsAtMost }),
      },
      intervalMilliseconds: interval,
      heartbeatMilliseconds: options.heartbeat,
    }).finally(sayTotal);
    const endless = (watch || interval !== undefined) && max === undefined;
    if (records === 0 && !endless && !signal.aborted && options.logEmpty) context.log.info(nothing(customers));
    if (late?.aborted && !endless && remaining > 0) throw tooLate(max, remaining);
  });

/** Counts what was received, for one line at the end. */
function createTally() {
  const customers = new Set<string>();
  let messages = 0;
  let failed = 0;
  return {
    add: (record: MessageReceived | Delivered) => {
      customers.add(record.customer);
      messages += 1;
      if (record.type === "message" && record.outcome === "failed") failed += 1;
    },
    /** Undefined when nothing was received. */
    text: (): string | undefined => {
      if (messages === 0) return undefined;
      const failures = failed === 0 ? "" : `; ${countText(failed, "reports", "report")} a failed command`;
      return `received ${countText(messages, "message")} from ${countText(customers.size, "customer")}${failures}`;
    },
  };
}

/** Informs a person that the queues were read and were empty. */
const nothing = (customers: readonly Customer[]) =>
  customers.length === 1
    ? `no messages in the status queue of ${customers[0]?.name}`
    : `no messages in the status queues of ${customers.length} customers`;

const tooLate = (max: number | undefined, left: number) =>
  new Failure(
    "ReceiveTimedOut",
    max === undefined ? "timed out before the queues were drained" : `timed out after ${max - left} of ${max} messages`,
  );
