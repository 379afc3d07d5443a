import type { QueueSettings } from "../../model.ts";
import type { QueueCounts } from "../../queue-counts.ts";
import type { Clock } from "../timers/clock.ts";
import { createAutoForward } from "./auto-forward.ts";
import { createDuplicateDetection } from "./duplicate-detection.ts";
import type { QueueJournal } from "./journal.ts";
import { createMessageSaver, type Part, readSavedMessages, unlocked } from "./saved-messages.ts";
import { createSessionStates } from "./session-states.ts";
import type { DeadLetter, Entry, MessageEvent, NewMessage, StoredMessage } from "./stored-message.ts";
import { createSubQueue, type SubQueue } from "./sub-queue.ts";
import { failedTooOften } from "./sub-queue-policy.ts";

/** All messages of one queue and its dead-letter queues. This code does not use AMQP. */
export type QueueStore<P> = {
  readonly messages: SubQueue<P>;
  readonly deadLetters: SubQueue<P>;
  /** Messages that could not be forwarded. */
  readonly transferDeadLetters: SubQueue<P>;
  /** Stores all messages and returns their sequence numbers, or stores none when the queue is full. */
  enqueue(incoming: readonly NewMessage<P>[]): readonly number[] | "full";
  counts(): QueueCounts;
  /** Stops the timers. */
  close(): void;
};

export type QueueStoreOptions<P> = {
  readonly clock: Clock;
  readonly name?: string;
  /** The current settings of the queue. A change applies from the next message, lock or delivery. */
  settings(): QueueSettings;
  /** The store of another queue that can take messages; undefined when there is none of this name. */
  findStore?(queue: string): QueueStore<P> | undefined;
  /** Called for every event of a message in the queue, but not in its dead-letter queues. */
  readonly watch?: (what: MessageEvent, entry: Entry<P>) => void;
  /** Saves the messages, and restores saved ones. Without it, they end with the process. */
  readonly journal?: QueueJournal;
};

/** Milliseconds for which ids are remembered by default (Service Bus docs). */
const defaultDuplicateWindow = 600_000;

/** A message as it enters a dead-letter queue. It can be received there even if it was deferred. */
const asDeadLetter = <P>(message: StoredMessage<P>, deadLetter: DeadLetter): Entry<P> => ({
  ...message,
  ...unlocked,
  awaitsTime: false,
  expiresAt: undefined,
  state: message.state === "deferred" ? "active" : message.state,
  deadLetter,
});

/** The dead-letter reason of a message without a session that was forwarded to a queue with sessions. */
const sessionMissing: DeadLetter = {
  reason: "Session ID is null",
  description: "Session enabled entity doesn't allow a message whose session identifier is null.",
};

export function createQueueStore<P>(options: QueueStoreOptions<P>): QueueStore<P> {
  const { clock, name, settings, findStore = () => undefined, watch = () => {}, journal } = options;
  const window = () => settings().duplicateDetectionWindow ?? defaultDuplicateWindow;
  const duplicateFilter = createDuplicateDetection(clock, window, journal);
  const nextSequenceNumber = createCounter(journal);
  const shared = {
    clock,
    lockDuration: () => settings().lockDuration,
    nextSequenceNumber,
  };

  /** Messages in a dead-letter queue do not expire, have no delivery limit (Service Bus docs) and count no deliveries. */
  const deadLetterPolicy = (part: Part) => ({
    ...shared,
    saver: createMessageSaver<P>(journal, part),
    states: createSessionStates(clock),
    hasSessions: () => false,
    countsDeliveries: false,
    maxDeliveryCount: () => Number.POSITIVE_INFINITY,
    deadLetter: undefined,
    expire: () => {},
    watch: () => {},
  });
  const deadLetters = createSubQueue<P>(deadLetterPolicy("deadLetters"));
  const transferDeadLetters = createSubQueue<P>(deadLetterPolicy("transferDeadLetters"));

  const moveInto = (deadLetterStore: SubQueue<P>) => (message: StoredMessage<P>, cause: DeadLetter) => {
    deadLetterStore.add(asDeadLetter(message, { ...cause, source: name }));
    deadLetterStore.serve();
  };
  const deadLetter = moveInto(deadLetters);

  const messages = createSubQueue<P>({
    ...shared,
    saver: createMessageSaver<P>(journal, "messages"),
    states: createSessionStates(clock, journal),
    hasSessions: () => settings().requiresSession,
    countsDeliveries: true,
    maxDeliveryCount: () => settings().maxDeliveryCount,
    deadLetter,
    watch,
    expire(entry) {
      if (!settings().deadLetterOnExpiration) return;
      deadLetter(entry, { reason: "TTLExpiredException", description: "The message expired and was dead lettered." });
    },
  });

  const forward = { findStore, deadLetter: moveInto(transferDeadLetters) };
  messages.addConsumer(createAutoForward({ ...forward, target: () => settings().forwardTo }));
  deadLetters.addConsumer(createAutoForward({ ...forward, target: () => settings().forwardDeadLettersTo }));

  function createEntry({ scheduledFor, timeToLive, forwarded, ...message }: NewMessage<P>): Entry<P> {
    const now = clock.now();
    const lifetime = Math.min(
      timeToLive ?? Number.POSITIVE_INFINITY,
      settings().defaultTimeToLive ?? Number.POSITIVE_INFINITY,
    );
    const isScheduled = scheduledFor !== undefined && scheduledFor > now;
    const expires = Number.isFinite(lifetime);
    return {
      ...message,
      ...unlocked,
      sequenceNumber: nextSequenceNumber(),
      timeToLive: expires ? lifetime : undefined,
      enqueuedAt: isScheduled ? scheduledFor : now,
      expiresAt: expires && !isScheduled ? now + lifetime : undefined,
      awaitsTime: isScheduled,
      state: isScheduled ? "scheduled" : "active",
      deliveryCount: 0,
      forwarded,
      deadLetter: forwarded?.deadLetter,
    };
  }

  const sizeBytes = () => messages.sizeBytes + deadLetters.sizeBytes + transferDeadLetters.sizeBytes;
  const isRepeated = ({ messageId }: Entry<P>) =>
    settings().requiresDuplicateDetection && messageId !== undefined && duplicateFilter.isRepeated(messageId);

  function admit(entry: Entry<P>) {
    if (settings().requiresSession && entry.sessionId === undefined) deadLetter(entry, sessionMissing);
    else messages.add(entry);
  }

  const parts = { messages, deadLetters, transferDeadLetters };

  for (const { part, wasLocked, entry } of journal ? readSavedMessages<P>(journal) : []) {
    const limit = settings().maxDeliveryCount;
    if (part !== "messages" || !wasLocked || entry.deliveryCount < limit) parts[part].add(entry);
    else deadLetters.add(asDeadLetter(entry, { ...failedTooOften(limit), source: name }));
  }

  return {
    ...parts,
    enqueue(incoming) {
      messages.serve();
      const added = incoming.reduce((sum, message) => sum + message.sizeBytes, 0);
      if (sizeBytes() + added > settings().maxSizeBytes) return "full";
      const entries = incoming.map(createEntry);
      for (const entry of entries) {
        const repeated = isRepeated(entry);
        watch(repeated ? "repeated" : "accepted", entry);
        if (!repeated) admit(entry);
      }
      const numbers = entries.map((entry) => entry.sequenceNumber);
      messages.serve();
      return numbers;
    },
    counts() {
      messages.serve();
      return {
        active: messages.size - messages.scheduled,
        deadLetter: deadLetters.size,
        transferDeadLetter: transferDeadLetters.size,
        scheduled: messages.scheduled,
        sizeBytes: sizeBytes(),
      };
    },
    close() {
      for (const part of Object.values(parts)) part.close();
    },
  };
}

/** Continues from the saved number, so that each sequence number is used once. */
function createCounter(journal: QueueJournal | undefined) {
  let last = Number(journal?.read("number")[0]?.value ?? 0);
  return () => {
    journal?.keep("number", "last", () => last);
    return ++last;
  };
}
