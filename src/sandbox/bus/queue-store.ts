import type { QueueCounts, QueueSettings } from "../model.ts";
import type { Clock } from "./clock.ts";
import type { DeadLetter, Entry, NewMessage } from "./stored-message.ts";
import { createSubQueue, type SubQueue } from "./sub-queue.ts";

/** All the messages of one queue: the queue proper and its dead-letter queue. Knows nothing of AMQP. */
export type QueueStore<P> = {
  readonly messages: SubQueue<P>;
  readonly deadLetters: SubQueue<P>;
  /** Takes all of them in and returns their sequence numbers, or takes none when the queue has no room. */
  enqueue(incoming: readonly NewMessage<P>[]): readonly number[] | "full";
  counts(): QueueCounts;
  /** Stops the timers. */
  close(): void;
};

export type QueueStoreOptions = {
  readonly clock: Clock;
  /** The queue's settings as they are now: a change applies from the next message, lock or delivery on. */
  settings(): QueueSettings;
};

export function createQueueStore<P>({ clock, settings }: QueueStoreOptions): QueueStore<P> {
  let lastSequenceNumber = 0;
  const shared = {
    clock,
    lockDuration: () => settings().lockDuration,
    nextSequenceNumber: () => ++lastSequenceNumber,
  };

  /** Messages in a dead-letter queue do not expire and can be abandoned for ever (Service Bus docs). */
  const deadLetters = createSubQueue<P>({
    ...shared,
    maxDeliveryCount: () => Number.POSITIVE_INFINITY,
    bury: undefined,
    expire: () => {},
  });

  function bury(entry: Entry<P>, cause: DeadLetter) {
    deadLetters.add({ ...entry, state: "active", expiresAt: undefined, deadLetter: cause });
    deadLetters.serve();
  }

  const messages = createSubQueue<P>({
    ...shared,
    maxDeliveryCount: () => settings().maxDeliveryCount,
    bury,
    expire(entry) {
      if (!settings().deadLetterOnExpiration) return;
      bury(entry, { reason: "TTLExpiredException", description: "The message expired and was dead lettered." });
    },
  });

  function createEntry({ payload, sizeBytes, timeToLive, scheduledFor }: NewMessage<P>): Entry<P> {
    const now = clock.now();
    const lifetime = Math.min(
      timeToLive ?? Number.POSITIVE_INFINITY,
      settings().defaultTimeToLive ?? Number.POSITIVE_INFINITY,
    );
    const isScheduled = scheduledFor !== undefined && scheduledFor > now;
    const mortal = Number.isFinite(lifetime);
    return {
      sequenceNumber: ++lastSequenceNumber,
      payload,
      sizeBytes,
      timeToLive: mortal ? lifetime : undefined,
      enqueuedAt: isScheduled ? scheduledFor : now,
      expiresAt: mortal && !isScheduled ? now + lifetime : undefined,
      state: isScheduled ? "scheduled" : "active",
      deliveryCount: 0,
      lock: undefined,
      deadLetter: undefined,
      waiting: undefined,
      lockEnds: undefined,
      expires: undefined,
      activates: undefined,
    };
  }

  const sizeBytes = () => messages.sizeBytes + deadLetters.sizeBytes;

  return {
    messages,
    deadLetters,
    enqueue(incoming) {
      messages.serve();
      const added = incoming.reduce((sum, message) => sum + message.sizeBytes, 0);
      if (sizeBytes() + added > settings().maxSizeBytes) return "full";
      const entries = incoming.map(createEntry);
      for (const entry of entries) messages.add(entry);
      const numbers = entries.map((entry) => entry.sequenceNumber);
      messages.serve();
      return numbers;
    },
    counts() {
      messages.serve();
      return {
        active: messages.size - messages.scheduled,
        deadLetter: deadLetters.size,
        scheduled: messages.scheduled,
        sizeBytes: sizeBytes(),
      };
    },
    close() {
      messages.close();
      deadLetters.close();
    },
  };
}
