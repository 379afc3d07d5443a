import type { Context } from "../../cli/context.ts";
import type { Customer } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import type { Mailbox, Vigilance } from "../ports/azure-services.ts";
import { intoSink } from "./deliver-to-sink.ts";
import type { Duplicates } from "./duplicate-filter.ts";
import { screened } from "./filter-messages.ts";
import { type Aside, openAside } from "./held-back.ts";
import { lockedMessages, singly } from "./lock-messages.ts";
import type { Contract } from "./message-contract.ts";
import { browse } from "./peek-queue.ts";
import { left, type Polled } from "./receive-record.ts";
import { openSettlements, type Settlements } from "./settler.ts";
import type { Sink } from "./sinks/sink.ts";
import type { Where } from "./where-expression.ts";
import { handedOut } from "./yield-records.ts";

/** How a queue is read. */
export type Reading = {
  /** Go on when the queue is empty. */
  readonly watch: boolean;
  readonly idleMilliseconds: number;
  /** Stop after this many. */
  readonly max?: number | undefined;
  /** How many records may be handed out at a time, to be taken together; 1 unless it is said. */
  readonly recordsAtMost?: number | undefined;
  readonly where?: Where | undefined;
  readonly duplicates?: Duplicates | undefined;
  /** Where messages go; without one they are records of their own. */
  readonly sink?: Sink | undefined;
  readonly sessions: number;
  /** What a status is to look like. */
  readonly contract?: Contract | undefined;
  /** How soon a dead connection is to be found, where not within the usual time. */
  readonly vigilance?: Vigilance | undefined;
};

/** What the two ways to get rid of a message share. */
export type Hands = {
  readonly customer: Customer;
  readonly reading: Reading;
  readonly settlements: Settlements;
  readonly aside: Aside;
  readonly signal: AbortSignal;
  /** Ends the source. */
  readonly stop: () => void;
  /** Told of each message that was taken. */
  readonly took: (message: Incoming) => void;
};

const firstBatch = 50;
const largestBatch = 400;

/** One Customer's statuses, each completed only after it was taken; those that come together are taken together. Throws what went wrong. */
export async function* statuses(
  { cloud, log, signal }: Pick<Context, "cloud" | "log" | "signal">,
  customer: Customer,
  reading: Reading,
): AsyncGenerator<readonly Polled[]> {
  const { where, duplicates, sink, watch, idleMilliseconds, max = Number.POSITIVE_INFINITY } = reading;
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  await using mailbox = await cloud.providerMailbox(customer);
  const means = (message: Incoming) => where === undefined || where(customer, message);
  const reach = where ? await reachOf(mailbox, means, { max, signal }) : Number.POSITIVE_INFINITY;
  await using settlements = openSettlements(log, customer.name);
  await using aside = openAside(settlements);
  const messages = screened({
    means,
    isKnown: (message) => duplicates?.has(customer.name, message) === true,
    leave: aside.put,
    forget: settlements.complete,
  });
  const guard = where || sink?.refuses ? { held: () => aside.size } : undefined;
  const locked = lockedMessages(mailbox, {
    watch,
    idleMilliseconds,
    signal: ending,
    wanted: () => Math.min(max - messages.passed(), reach - messages.seen()),
    batch: sink ? Math.min(sink.atOnce, firstBatch) : firstBatch,
    batchAtMost: (sink && !sink.takeAll) || guard ? undefined : largestBatch,
    guard,
    sessions: reading.sessions,
    settled: settlements.settled,
    vigilance: reading.vigilance,
  });
  const took = (message: Incoming) => duplicates?.remember(customer.name, message);
  const hands = { customer, reading, settlements, aside, signal, stop: () => stopping.abort(), took };
  // Whether a message was there before is known when those before it were taken.
  const passing = messages.of(duplicates ? singly(locked) : locked);
  yield* sink ? intoSink(passing, sink, hands) : handedOut(passing, hands);
  if (messages.left() > 0) yield [left(customer, messages.left())];
}

/**
 * How many messages must be locked to get at those that are meant: as far as the last of them that a look ahead finds, and
 * none at all when it finds none.
 */
async function reachOf(
  mailbox: Mailbox,
  means: (message: Incoming) => boolean,
  { max, signal }: { readonly max: number; readonly signal: AbortSignal },
): Promise<number> {
  let seen = 0;
  let reach = 0;
  let found = 0;
  for await (const message of browse(await mailbox.inbox(), { signal })) {
    if (message.state !== "active") continue;
    seen += 1;
    if (!means(message)) continue;
    reach = seen;
    found += 1;
    if (found === max) break;
  }
  return reach;
}
