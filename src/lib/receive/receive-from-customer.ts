import type { StreamOutput } from "../concurrency/produce-stream.ts";
import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import type { KeepaliveOptions, NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { openConsumerDelivery } from "./deliver-to-consumer.ts";
import { openSinkDelivery } from "./deliver-to-sink.ts";
import type { DuplicateFilter } from "./duplicate-filter.ts";
import { createMessageFilter } from "./filter-messages.ts";
import { openHeldBack } from "./held-back.ts";
import { lockDeferredMessages } from "./lock-deferred.ts";
import { type LockOptions, lockMessages, type TakeMessages } from "./lock-messages.ts";
import type { MessageContract } from "./message-contract.ts";
import { peekAll } from "./peek-queue.ts";
import { informationBatch, type ReceiveBatch } from "./receive-batch.ts";
import { skippedRecord } from "./receive-record.ts";
import { hasNoRemaining, peekRemaining } from "./remaining-messages.ts";
import { openSettler } from "./settler.ts";
import type { Sink } from "./sinks/sink.ts";
import type { WhereExpression } from "./where-expression.ts";

/** How a queue is read. */
export type ReceiveOptions = {
  /** Continue when the queue is empty. */
  readonly watch: boolean;
  /** The end means that nothing remains: messages that were not delivered are a Failure "partial". */
  readonly drain?: boolean;
  readonly idleMilliseconds: number;
  /** A drain ends as soon as a peek finds nothing, without the wait. */
  readonly endsWhenEmpty?: boolean;
  /** Stop after this many messages. */
  readonly max?: number;
  /** How many records a batch may have; 100 by default. */
  readonly recordsAtMost?: number;
  readonly where?: WhereExpression;
  /** Deferred messages by their numbers, and no others. */
  readonly sequence?: readonly bigint[];
  readonly duplicateFilter?: DuplicateFilter;
  /** Where messages go; without one the consumer gets their records. */
  readonly sink?: Sink;
  readonly sessions: number;
  /** The contract that statuses are checked against. */
  readonly contract?: MessageContract;
  /** How soon a dead connection is found; the usual time by default. */
  readonly keepalive?: KeepaliveOptions;
};

/** What receiving needs, and where its batches go. */
export type ReceiveContext = Pick<UseCaseContext, "azure" | "log" | "signal"> & {
  readonly output: StreamOutput<ReceiveBatch>;
};

const firstBatch = 50;
const largestBatch = 200;

/** Receives one customer's statuses. Each is completed only after the consumer or the sink has accepted it. */
export async function receiveFromCustomer(
  { azure, log, signal, output }: ReceiveContext,
  customer: Customer,
  options: ReceiveOptions,
): Promise<void> {
  const { where, duplicateFilter, contract, sink, watch, max = Number.POSITIVE_INFINITY } = options;
  const stopping = new AbortController();
  await using connection = await azure.connectAsProvider(customer);
  const matches = (message: Incoming) => where === undefined || where(customer, message);
  const reach = where ? await findReach(connection, matches, { max, signal }) : Number.POSITIVE_INFINITY;
  await using settler = openSettler(log, customer.name);
  await using heldBack = openHeldBack(settler);
  const context = { customer, watch, output, settler, heldBack, duplicateFilter, contract, signal };
  await using delivery = sink
    ? openSinkDelivery(sink, context, () => stopping.abort())
    : openConsumerDelivery(context, options.recordsAtMost);
  const filter = createMessageFilter({
    matches,
    isDuplicate: (message) => duplicateFilter?.has(customer.name, message) === true,
    heldBack,
    settler,
  });
  const select: TakeMessages = async (messages) => {
    const selected = await filter.select(messages);
    if (selected.length > 0) await delivery.take(selected);
  };
  const guard = () => (where || delivery.mayAbandon() ? heldBack.size : undefined);
  const settled = async () => {
    await delivery.finish();
    await settler.settled();
  };
  const isRemaining = (message: Incoming) => matches(message) && !heldBack.has(message.sequenceNumber);
  const lockOptions: LockOptions = {
    watch,
    idleMilliseconds: options.idleMilliseconds,
    signal: AbortSignal.any([signal, stopping.signal]),
    ready: delivery.ready,
    wanted: () => Math.min(max - filter.counts.selected, reach - filter.counts.seen),
    batch: sink ? Math.min(sink.atOnce, firstBatch) : firstBatch,
    batchAtMost: (sink && !sink.deliverAll) || guard() !== undefined ? undefined : largestBatch,
    abandon: (messages) => settler.abandon(...messages),
    guard,
    sessions: options.sessions,
    settled,
    keepalive: options.keepalive,
    drain: options.drain
      ? {
          customer: customer.name,
          peekRemaining: async () => {
            await settled();
            return peekRemaining(await connection.receiver(), { isWanted: isRemaining, signal });
          },
          isEmpty: options.endsWhenEmpty
            ? async () => {
                await settled();
                const receiver = await connection.receiver();
                // The receiver's link opens meanwhile. What it is refused for, the next call reports.
                const opening = receiver.open().catch(() => {});
                const isEmpty = await hasNoRemaining(receiver, { isWanted: isRemaining, signal });
                if (!isEmpty) await opening;
                return isEmpty;
              }
            : undefined,
        }
      : undefined,
  };
  // Whether a message is a duplicate is known when those before it were delivered.
  const take: TakeMessages = duplicateFilter
    ? (messages) => oneByOne(messages, select, (rest) => settler.abandon(...rest))
    : select;
  const { sequence } = options;
  if (sequence) await lockDeferredMessages(connection, { customer: customer.name, sequence }, lockOptions, take);
  else await lockMessages(connection, lockOptions, take);
  await delivery.finish();
  if (filter.counts.skipped > 0) await output.put(informationBatch(skippedRecord(customer, filter.counts.skipped)));
}

async function oneByOne<Item>(
  items: readonly Item[],
  take: (items: readonly Item[]) => Promise<void>,
  abandon: (items: readonly Item[]) => Promise<void>,
): Promise<void> {
  for (const [index, item] of items.entries())
    try {
      await take([item]);
    } catch (error) {
      await abandon(items.slice(index + 1));
      throw error;
    }
}

/** How many messages must be locked to reach those that match: none beyond the last of them that a peek finds. */
async function findReach(
  connection: NamespaceConnection,
  matches: (message: Incoming) => boolean,
  { max, signal }: { readonly max: number; readonly signal: AbortSignal },
): Promise<number> {
  let seen = 0;
  let reach = 0;
  let found = 0;
  for await (const message of peekAll(await connection.receiver(), { signal })) {
    if (message.state !== "active") continue;
    seen += 1;
    if (!matches(message)) continue;
    reach = seen;
    found += 1;
    if (found === max) break;
  }
  return reach;
}
