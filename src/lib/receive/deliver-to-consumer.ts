import { Failure } from "../errors/failure.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { isAtLastDelivery, stoppedFailure } from "./delivery-guard.ts";
import type { DeliveryContext, MessageDelivery } from "./message-delivery.ts";
import type { ReceiveBatch } from "./receive-batch.ts";
import { receivedRecord } from "./receive-record.ts";
import { redeliverLater } from "./redeliver-later.ts";

/** A consumer that takes records this quickly gets twice as many the next time. */
const quickMilliseconds = 100;
/** How many records a batch may have. */
const defaultRecordsAtMost = 100;
/** Messages that a consumer may have without acknowledging them: the AMQP library tracks 2,047 of a link (amqp/rhea#452). */
const unacknowledgedAtMost = 500;
/** Service Bus locks a message for five seconds to five minutes. */
const shortestLock = 5_000;
const longestLock = 300_000;

type OpenBatch = {
  readonly batch: ReceiveBatch;
  readonly messages: readonly LockedMessage[];
  /** Set as soon as the consumer has acknowledged or released the batch. */
  settling?: Promise<void>;
  release(): Promise<void>;
};

/**
 * Hands messages to the consumer as batches of records, and settles them as the consumer says. Batches have one record at
 * first and more while the consumer is quick, because each batch costs it a write.
 */
export function openConsumerDelivery(
  context: DeliveryContext,
  recordsAtMost: number = defaultRecordsAtMost,
): MessageDelivery {
  const { customer, output, settler, contract, duplicateFilter } = context;
  const open = new Set<OpenBatch>();
  // With a duplicate filter, whether a message is a duplicate depends on the acknowledgement of those before it.
  const openMessagesAtMost = duplicateFilter ? 0 : unacknowledgedAtMost;
  let openMessages = 0;
  let released = false;
  let failure: { readonly error: unknown } | undefined;
  let changed = Promise.withResolvers<void>();
  let size = 1;

  const settle = (one: OpenBatch, how: () => Promise<void>): Promise<void> => {
    one.settling ??= how()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        open.delete(one);
        openMessages -= one.messages.length;
        changed.resolve();
        changed = Promise.withResolvers();
      });
    return one.settling;
  };

  const openBatch = (messages: readonly LockedMessage[]): OpenBatch => {
    let outcome: "acknowledged" | "released" | undefined;
    const one: OpenBatch = {
      messages,
      batch: {
        records: messages.map(({ message }) => receivedRecord(customer, message, contract)),
        acknowledge: async () => {
          outcome ??= "acknowledged";
          if (outcome === "released") throw releasedFailure();
          void settle(one, async () => {
            for (const { message } of messages) duplicateFilter?.remember(customer.name, message);
            await settler.complete(...messages);
          });
        },
        release: async () => {
          outcome ??= "released";
          if (outcome === "acknowledged") return;
          released = true;
          void settle(one, async () => {
            await Promise.all(messages.map((locked) => redeliverLater(locked, context)));
            const [worn] = messages.filter(({ message }) => isAtLastDelivery(message.deliveryCount));
            if (worn) throw stoppedFailure(worn.message);
          });
        },
      },
      release: async () => {
        outcome ??= "released";
        await settle(one, () => settler.abandon(...messages));
      },
    };
    open.add(one);
    openMessages += messages.length;
    return one;
  };

  const throwFailure = async () => {
    if (failure) throw failure.error;
    await settler.throwFailure();
  };

  /** Waits while batches block, at most until their locks have ended. */
  const waitWhile = async (blocking: () => readonly OpenBatch[]) => {
    for (let some = blocking(); some.length > 0 && !output.left.aborted; some = blocking()) {
      const lockedUntil = Math.max(...some.flatMap(({ messages }) => messages.map((one) => one.lockedUntil.getTime())));
      const remaining = Math.min(Math.max(lockedUntil - Date.now(), shortestLock), longestLock);
      if ((await firstOf(changed.promise, output.left, remaining)) === "timeout") throw notAcknowledged(some);
    }
    await throwFailure();
  };

  const ready = () => waitWhile(() => (openMessages > openMessagesAtMost ? [...open] : []));

  const handOut = async (messages: readonly LockedMessage[]): Promise<boolean> => {
    const start = performance.now();
    const one = openBatch(messages);
    const isWanted = await output.put(one.batch);
    if (!isWanted) await one.release();
    // The customer waits here for its own completions; other customers do not.
    await one.settling;
    size = performance.now() - start < quickMilliseconds ? Math.min(2 * size, recordsAtMost) : 1;
    await ready();
    return isWanted;
  };

  return {
    ready,
    mayAbandon: () => released,
    take: async (messages) => {
      let taken = 0;
      try {
        for (let isWanted = true; isWanted && taken < messages.length; ) {
          const some = messages.slice(taken, taken + size);
          taken += some.length;
          isWanted = await handOut(some);
        }
      } finally {
        if (taken < messages.length) await settler.abandon(...messages.slice(taken));
      }
    },
    finish: () => {
      const some = [...open];
      return waitWhile(() => some.filter((one) => open.has(one)));
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all([...open].map((one) => one.release()))),
  };
}

/** Resolves at the change, at the abort or after the time, whichever is first. */
const firstOf = (changed: Promise<void>, signal: AbortSignal, milliseconds: number): Promise<"change" | "timeout"> =>
  new Promise((resolve) => {
    const end = (first: "change" | "timeout") => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onChange);
      resolve(first);
    };
    const onChange = () => end("change");
    const timer = setTimeout(end, milliseconds, "timeout");
    signal.addEventListener("abort", onChange);
    changed.then(onChange);
  });

const releasedFailure = () =>
  new Failure(
    "MessageLockLost",
    "the batch was released before it was acknowledged: Service Bus will redeliver its messages",
  );

const notAcknowledged = (some: readonly OpenBatch[]) =>
  new Failure(
    "MessageLockLost",
    `${some.reduce((sum, { messages }) => sum + messages.length, 0)} messages were not acknowledged before their locks ended: Service Bus will redeliver them`,
  );
