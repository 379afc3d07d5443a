import type { Incoming } from "../domain/message.ts";
import { Failure } from "../errors/failure.ts";
import type { Receiver } from "../ports/azure-services.ts";
import { peekAll } from "./peek-queue.ts";

/**
 * How often a queue delivers a message before it becomes a dead letter: Service Bus's default of the max delivery count. The
 * roles that this tool requests cannot read the queue's own value.
 */
const deliveriesAtMost = 10;

/** After this delivery a message has two left. They are for people, so the customer is stopped. */
export const isAtLastDelivery = (deliveryCount: number): boolean => deliveryCount >= deliveriesAtMost - 2;

/** How many messages to peek. Messages that are held back are among them. */
const lookAtMost = 250;

/**
 * How many of the wanted messages may be locked by a consumer that may abandon them, so that none becomes a dead letter by it.
 * Failure "conflict" when the first message is at its last delivery.
 */
export async function safeToLock(
  receiver: Pick<Receiver, "peek">,
  wanted: number,
  { heldAlready, signal }: { readonly heldAlready: number; readonly signal: AbortSignal },
): Promise<number> {
  const ahead = await firstMessages(receiver, Math.min(wanted + heldAlready, lookAtMost), signal);
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

async function firstMessages(
  receiver: Pick<Receiver, "peek">,
  count: number,
  signal: AbortSignal,
): Promise<Incoming[]> {
  const first: Incoming[] = [];
  for await (const message of peekAll(receiver, { firstPage: count, signal })) {
    first.push(message);
    if (first.length >= count) break;
  }
  return first;
}

/** Stops the customer: after more deliveries the message would become a dead letter. */
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
