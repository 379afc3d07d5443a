import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import type { KeepaliveOptions, NamespaceConnection } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import { deliverToSink } from "./deliver-to-sink.ts";
import type { DuplicateFilter } from "./duplicate-filter.ts";
import { filterMessages } from "./filter-messages.ts";
import { type HeldBack, openHeldBack } from "./held-back.ts";
import { lockMessages, splitBatches } from "./lock-messages.ts";
import type { MessageContract } from "./message-contract.ts";
import { peekAll } from "./peek-queue.ts";
import { type ReceiveRecord, skippedRecord } from "./receive-record.ts";
import { openSettler, type Settler } from "./settler.ts";
import type { Sink } from "./sinks/sink.ts";
import type { WhereExpression } from "./where-expression.ts";
import { yieldRecords } from "./yield-records.ts";

/** How a queue is read. */
export type ReceiveOptions = {
  /** Go on when the queue is empty. */
  readonly watch: boolean;
  readonly idleMilliseconds: number;
  /** Stop after this many. */
  readonly max?: number;
  /** How many records may be handed out at a time, to be taken together; 1 unless it is said. */
  readonly recordsAtMost?: number;
  readonly where?: WhereExpression;
  readonly duplicateFilter?: DuplicateFilter;
  /** Where messages go; without one they are records of their own. */
  readonly sink?: Sink;
  readonly sessions: number;
  /** What a status is to look like. */
  readonly contract?: MessageContract;
  /** How soon a dead connection is to be found, where not within the usual time. */
  readonly vigilance?: KeepaliveOptions;
};

/** What the two ways to get rid of a message share. */
export type DeliveryContext = {
  readonly customer: Customer;
  readonly reading: ReceiveOptions;
  readonly settler: Settler;
  readonly heldBack: HeldBack;
  readonly signal: AbortSignal;
  /** Ends the source. */
  readonly stop: () => void;
  /** Told of each message that was taken. */
  readonly took: (message: Incoming) => void;
};

const firstBatch = 50;
const largestBatch = 400;

/** One Customer's statuses, each completed only after it was taken; those that come together are taken together. Throws what went wrong. */
export async function* receiveFromCustomer(
  { azure, log, signal }: Pick<UseCaseContext, "azure" | "log" | "signal">,
  customer: Customer,
  reading: ReceiveOptions,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { where, duplicateFilter, sink, watch, idleMilliseconds, max = Number.POSITIVE_INFINITY } = reading;
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  await using connection = await azure.connectAsProvider(customer);
  const means = (message: Incoming) => where === undefined || where(customer, message);
  const reach = where ? await reachOf(connection, means, { max, signal }) : Number.POSITIVE_INFINITY;
  await using settler = openSettler(log, customer.name);
  await using heldBack = openHeldBack(settler);
  const messages = filterMessages({
    means,
    isKnown: (message) => duplicateFilter?.has(customer.name, message) === true,
    leave: heldBack.put,
    forget: settler.complete,
  });
  const guard = where || sink?.refuses ? { held: () => heldBack.size } : undefined;
  const locked = lockMessages(connection, {
    watch,
    idleMilliseconds,
    signal: ending,
    wanted: () => Math.min(max - messages.passed(), reach - messages.seen()),
    batch: sink ? Math.min(sink.atOnce, firstBatch) : firstBatch,
    batchAtMost: (sink && !sink.takeAll) || guard ? undefined : largestBatch,
    guard,
    sessions: reading.sessions,
    settled: settler.settled,
    vigilance: reading.vigilance,
  });
  const took = (message: Incoming) => duplicateFilter?.remember(customer.name, message);
  const hands = { customer, reading, settler, heldBack, signal, stop: () => stopping.abort(), took };
  // Whether a message was there before is known when those before it were taken.
  const passing = messages.of(duplicateFilter ? splitBatches(locked) : locked);
  yield* sink ? deliverToSink(passing, sink, hands) : yieldRecords(passing, hands);
  if (messages.left() > 0) yield [skippedRecord(customer, messages.left())];
}

/**
 * How many messages must be locked to get at those that are meant: as far as the last of them that a look ahead finds, and
 * none at all when it finds none.
 */
async function reachOf(
  connection: NamespaceConnection,
  means: (message: Incoming) => boolean,
  { max, signal }: { readonly max: number; readonly signal: AbortSignal },
): Promise<number> {
  let seen = 0;
  let reach = 0;
  let found = 0;
  for await (const message of peekAll(await connection.receiver(), { signal })) {
    if (message.state !== "active") continue;
    seen += 1;
    if (!means(message)) continue;
    reach = seen;
    found += 1;
    if (found === max) break;
  }
  return reach;
}
