import type { Consumer } from "./consumers.ts";
import type { QueueStore } from "./queue-store.ts";
import type { DeadLetter, StoredMessage } from "./stored-message.ts";

/** The largest number of queues that forward a message (Service Bus docs on chaining queues). */
const mostHops = 4;

export type AutoForwardOptions<P> = {
  /** Name of the target queue; undefined while messages are not forwarded. */
  target(): string | undefined;
  findStore(queue: string): QueueStore<P> | undefined;
  /** Stores a message that cannot be forwarded. */
  deadLetter(message: StoredMessage<P>, cause: DeadLetter): void;
};

/** A consumer that forwards every message to another queue. */
export function createAutoForward<P>({ target, findStore, deadLetter }: AutoForwardOptions<P>): Consumer<P> {
  function forward(message: StoredMessage<P>, name: string): DeadLetter | undefined {
    const hops = (message.forwarded?.hops ?? 0) + 1;
    if (hops > mostHops)
      return {
        reason: "MaxTransferHopCountExceeded",
        description: `The message has been forwarded by ${mostHops} queues, which is as many as may be.`,
      };
    const store = findStore(name);
    if (!store) return { reason: "MessagingEntityNotFound", description: `The queue '${name}' cannot take messages.` };
    const { payload, sizeBytes, timeToLive, sessionId, messageId, deadLetter } = message;
    const sequenceNumber = message.forwarded?.sequenceNumber ?? message.sequenceNumber;
    const forwarded = { hops, sequenceNumber, deadLetter };
    const copy = { payload, sizeBytes, timeToLive, sessionId, messageId, scheduledFor: undefined, forwarded };
    if (store.enqueue([copy]) !== "full") return undefined;
    return { reason: "QuotaExceeded", description: `The queue '${name}' is full.` };
  }

  return {
    mode: "receiveAndDelete",
    wantsMore: () => target() !== undefined,
    deliver(message) {
      const refusal = forward(message, target() ?? "");
      if (refusal) deadLetter(message, refusal);
    },
  };
}
