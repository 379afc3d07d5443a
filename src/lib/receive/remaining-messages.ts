import { setTimeout as sleep } from "node:timers/promises";
import type { CustomerName } from "../domain/customer.ts";
import type { Incoming } from "../domain/message.ts";
import { Failure } from "../errors/failure.ts";
import type { LockedMessage, Receiver } from "../ports/azure-services.ts";
import { peekAll } from "./peek-queue.ts";

/** The sequence numbers of messages that a drain has not received. */
export type RemainingMessages = ReadonlySet<bigint>;

/** How a drain checks that it left nothing. */
export type Drain = {
  readonly customer: CustomerName;
  peekRemaining(): Promise<RemainingMessages>;
  /** Whether a peek finds nothing that a receiver could get. Set for a drain that does not wait for messages that come later. */
  readonly isEmpty?: (() => Promise<boolean>) | undefined;
};

/** More need not be known to report them. */
const namedAtMost = 1_000;

type Peeking = { readonly isWanted: (message: Incoming) => boolean; readonly signal: AbortSignal };

/** Peeks for active messages. */
export async function peekRemaining(receiver: Receiver, { isWanted, signal }: Peeking): Promise<RemainingMessages> {
  const found = new Set<bigint>();
  for await (const message of peekAll(receiver, { signal })) {
    if (isDeliverable(message) && isWanted(message)) found.add(message.sequenceNumber);
    if (found.size >= namedAtMost) break;
  }
  return found;
}

/** Whether a peek finds no active message. Only the beginning of the queue is read where that decides it. */
export async function hasNoRemaining(receiver: Receiver, { isWanted, signal }: Peeking): Promise<boolean> {
  for await (const message of peekAll(receiver, { signal, firstPage: 1 }))
    if (isDeliverable(message) && isWanted(message)) return false;
  return true;
}

/** An expired message is peeked until the service removes it, and is never delivered. */
const isDeliverable = ({ state, expiresAt }: Incoming): boolean =>
  state === "active" && (expiresAt === undefined || expiresAt.getTime() > Date.now());

/** After this time a receiver seems to be silent. A receiver with messages costs no peek. */
const silentMilliseconds = 250;

export type ReceivedOrRemaining = {
  readonly messages: readonly LockedMessage[];
  /** Set when nothing was received. */
  readonly remaining?: RemainingMessages;
};

/** Receives, and peeks during a wait that may be the last one: a drain then ends without another round trip. */
export async function receiveAndPeek(
  receive: Promise<readonly LockedMessage[]>,
  waitMilliseconds: number,
  { peekRemaining: peek }: Pick<Drain, "peekRemaining">,
): Promise<ReceivedOrRemaining> {
  const received = new AbortController();
  const silence = Math.min(silentMilliseconds, waitMilliseconds / 2);
  const peeked = sleep(silence, undefined, { signal: received.signal }).then(peek, () => undefined);
  peeked.catch(() => {});
  const messages = await receive.finally(() => received.abort());
  return messages.length > 0 ? { messages } : { messages, remaining: (await peeked) ?? (await peek()) };
}

/**
 * Whether a silent queue is empty. Messages that were peeked and not received may have arrived meanwhile, or another receiver may
 * be processing them, so they get more waits while they become fewer. Throws Failure "partial" when none of them has gone during
 * a wait. Messages that arrive later belong to the next drain, so that this one ends.
 */
export function createEmptyCheck(customer: CustomerName) {
  let before: RemainingMessages | undefined;
  return {
    isEmpty: (remaining: RemainingMessages, receivedSome: boolean): boolean => {
      if (before === undefined || receivedSome) {
        before = remaining;
        return remaining.size === 0;
      }
      const left = new Set([...before].filter((number) => remaining.has(number)));
      if (left.size > 0 && left.size === before.size) throw notDelivered(customer, left.size);
      before = left;
      return left.size === 0;
    },
  };
}

function notDelivered(customer: CustomerName, count: number): Failure {
  const messages = count === 1 ? "1 message" : `${count >= namedAtMost ? "at least " : ""}${count} messages`;
  const [were, them] = count === 1 ? ["was", "it"] : ["were", "them"];
  return new Failure(
    "MessagesMissed",
    `${messages} in the queue of ${customer} ${were} not delivered: another receiver holds ${them}, or the namespace does not deliver`,
    { params: { customer } },
  );
}
