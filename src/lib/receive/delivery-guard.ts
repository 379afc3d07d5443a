import { Failure } from "../errors/failure.ts";
import type { Receiver } from "../ports/azure-services.ts";

/**
 * How often a queue delivers a message before it becomes a dead letter, unless it was made with another number (Service Bus:
 * max delivery count). A queue does not tell it to those who may only read.
 */
const deliveriesAtMost = 10;

/** After a refused delivery of this number a message has two left, which are for people: the Customer is stopped. */
export const isAtLastDelivery = (deliveryCount: number): boolean => deliveryCount >= deliveriesAtMost - 2;

/** The window in which the broker gives messages next; what is held aside is in it, too. */
const lookAtMost = 250;

/**
 * How many messages may be locked, of those wanted, by somebody who may give them back: none that would become a dead letter
 * by that. Failure "conflict" when the first is such a message.
 */
export async function safeToLock(
  receiver: Pick<Receiver, "peek">,
  wanted: number,
  heldAlready: number,
): Promise<number> {
  const ahead = await receiver.peek(Math.min(wanted + heldAlready, lookAtMost), 0n);
  const active = ahead.filter(({ state }) => state === "active");
  const index = active.findIndex(({ deliveryCount }) => deliveryCount >= deliveriesAtMost);
  const worn = active[index];
  if (worn === undefined) return wanted;
  if (index > heldAlready) return Math.min(wanted, index - heldAlready);
  throw new Failure(
    "LastDelivery",
    `message ${worn.messageId ?? worn.sequenceNumber} is at its maximum delivery count; abandoning it would dead-letter it`,
  );
}

/** The Customer is stopped: each further try would bring the message nearer to the dead letters. */
export const stoppedFailure = ({ messageId, sequenceNumber, deliveryCount }: Refused) =>
  new Failure(
    "RejectedRepeatedly",
    `message ${messageId ?? sequenceNumber} was rejected on delivery ${deliveryCount}; polling of this customer stopped`,
  );

type Refused = {
  readonly messageId?: string;
  readonly sequenceNumber: string | bigint;
  readonly deliveryCount: number;
};
