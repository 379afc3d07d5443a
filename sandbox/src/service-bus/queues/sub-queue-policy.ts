import type { Clock } from "../timers/clock.ts";
import type { MessageSaver } from "./saved-messages.ts";
import type { SessionStates } from "./session-states.ts";
import type { DeadLetter, Entry, MessageEvent, StoredMessage } from "./stored-message.ts";

/** The differences between a queue and its dead-letter queues. */
export type SubQueuePolicy<P> = {
  readonly clock: Clock;
  /** Milliseconds. */
  lockDuration(): number;
  /** The number of failed deliveries after which a message is dead-lettered. */
  maxDeliveryCount(): number;
  /** Whether a delivery that ends in an abandoned, deferred or unlocked message counts. */
  readonly countsDeliveries: boolean;
  nextSequenceNumber(): number;
  /** Whether each message belongs to a session. */
  hasSessions(): boolean;
  /** Stores a message that leaves this sub-queue; undefined where messages cannot be dead-lettered again. */
  readonly deadLetter: ((message: StoredMessage<P>, cause: DeadLetter) => void) | undefined;
  /** Takes a message that leaves this sub-queue because its time to live is over. */
  expire(entry: Entry<P>): void;
  /** Called for each delivery and settlement. */
  readonly watch: (what: MessageEvent, entry: Entry<P>) => void;
  /** Saves the messages; undefined where they end with the process. */
  readonly saver: MessageSaver<P> | undefined;
  readonly states: SessionStates;
};

/** The dead-letter reason of a message that reached its delivery limit. */
export const failedTooOften = (limit: number): DeadLetter => ({
  reason: "MaxDeliveryCountExceeded",
  description: `Message could not be consumed after ${limit} delivery attempts.`,
});
