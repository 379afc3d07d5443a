import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import Long from "long";
import { withTimeout } from "../../concurrency/timeout.ts";
import type { LockedMessage, Receiver } from "../../ports/azure-services.ts";
import { type ErrorContext, withAzureErrors } from "../error-mapping.ts";
import { withRetry } from "../retry.ts";
import { decodeMessage } from "./decode-message.ts";
import { tailQueue } from "./tail-receiver.ts";

/** How long a call may outlast the time it was given before the connection counts as dead. */
const graceMilliseconds = 20_000;

/** A settlement that takes longer counts as failed, and its message comes again: a dead connection must not hold up its end. */
const settleMilliseconds = 8_000;

/** What locks a message: the message's own lock, or that of its session. */
export type Lock = {
  until(message: ServiceBusReceivedMessage): Date | undefined;
  renew(message: ServiceBusReceivedMessage): Promise<unknown>;
};

/** A queue, a sub-queue or a session to read from, by peek-lock only: nothing is received and deleted in one step. */
export function openReceiver(
  receiver: ServiceBusReceiver,
  place: ErrorContext,
  lock: Lock = ownLock(receiver),
): Receiver {
  const again = withRetry(place);
  const within = (what: string, call: () => Promise<unknown>) =>
    withAzureErrors(place, async () => void (await withTimeout(what, settleMilliseconds, again(call))));
  const hold = (message: ServiceBusReceivedMessage): LockedMessage => ({
    message: decodeMessage(message),
    get lockedUntil() {
      return lock.until(message) ?? new Date(0);
    },
    complete: () => within("completing a message", () => receiver.completeMessage(message)),
    abandon: () => within("giving a message back", () => receiver.abandonMessage(message)),
    deadLetter: (deadLetterReason, deadLetterErrorDescription) =>
      within("dead-lettering a message", () =>
        receiver.deadLetterMessage(message, { deadLetterReason, deadLetterErrorDescription }),
      ),
    renewLock: () => within("renewing a lock", () => lock.renew(message)),
  });
  const look = async (max: number, from: bigint | undefined) => {
    const start = from === undefined ? {} : { fromSequenceNumber: Long.fromString(String(from)) };
    return (await receiver.peekMessages(max, start)).map(decodeMessage);
  };
  return {
    peek: (max, from) =>
      withAzureErrors(place, () =>
        withTimeout(
          "peeking",
          3 * graceMilliseconds,
          again(() => look(max, from)),
        ),
      ),
    receive: (max, waitMilliseconds) =>
      withAzureErrors(place, async () => {
        const call = () => receiver.receiveMessages(max, { maxWaitTimeInMs: waitMilliseconds });
        const received = await withTimeout("receiving", waitMilliseconds + graceMilliseconds, again(call));
        return received.map(hold);
      }),
    tail: (signal, tailing) =>
      tailQueue(receiver, { ...tailing, hold, place, signal, ask: () => withAzureErrors(place, () => look(1, 0n)) }),
  };
}

const ownLock = (receiver: ServiceBusReceiver): Lock => {
  const renewed = new WeakMap<ServiceBusReceivedMessage, Date>();
  return {
    until: (message) => renewed.get(message) ?? message.lockedUntilUtc,
    renew: async (message) => void renewed.set(message, await receiver.renewMessageLock(message)),
  };
};
