import type { QueueJournal } from "./journal.ts";
import type { Entry, StoredMessage } from "./stored-message.ts";

/** The queue proper, or one of its dead-letter queues. */
export type Part = "messages" | "deadLetters" | "transferDeadLetters";

/** A message on the disk. A lock ends with the process, so only its existence is saved. */
type SavedMessage<P> = Omit<StoredMessage<P>, "lock"> & {
  readonly part: Part;
  readonly expiresAt: number | undefined;
  readonly wasLocked: boolean;
  /** Absent in files of earlier versions, where each scheduled message still awaited its time. */
  readonly awaitsTime?: boolean;
};

/** Saves every change of a sub-queue's messages. */
export type MessageSaver<P> = { changed(entry: Entry<P>): void; removed(entry: Entry<P>): void };

export const createMessageSaver = <P>(journal: QueueJournal | undefined, part: Part): MessageSaver<P> | undefined =>
  journal && {
    changed: (entry) => journal.keep("message", String(entry.sequenceNumber), () => kept(part, entry)),
    removed: ({ sequenceNumber }) => journal.forget("message", String(sequenceNumber)),
  };

function kept<P>(part: Part, entry: Entry<P>): SavedMessage<P> {
  const { lock, waiting, lockEnds, expires, activates, ...message } = entry;
  return { ...message, part, wasLocked: lock !== undefined };
}

/** The fields of a message without a lock or a deadline. */
export const unlocked = {
  lock: undefined,
  waiting: undefined,
  lockEnds: undefined,
  expires: undefined,
  activates: undefined,
} as const;

/**
 * The saved messages, in order. A delivery that was interrupted by the end of the process counts as failed, as after an expired lock;
 * a dead letter counts none.
 */
export function readSavedMessages<P>(journal: QueueJournal) {
  return journal
    .read("message")
    .map(({ value }) => {
      const { part, wasLocked, awaitsTime, ...message } = value as SavedMessage<P>;
      const entry: Entry<P> = {
        ...message,
        ...unlocked,
        awaitsTime: awaitsTime ?? message.state === "scheduled",
        deliveryCount: message.deliveryCount + (wasLocked && part === "messages" ? 1 : 0),
      };
      return { part, wasLocked, entry };
    })
    .sort((one, other) => one.entry.sequenceNumber - other.entry.sequenceNumber);
}
