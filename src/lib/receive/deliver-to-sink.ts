import { createTaskPool } from "../concurrency/task-pool.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { isAtLastDelivery, stoppedFailure } from "./delivery-guard.ts";
import { renewLocksUntilDisposed } from "./lock-renewal.ts";
import type { DeliveryContext, MessageDelivery } from "./message-delivery.ts";
import { informationBatch } from "./receive-batch.ts";
import { type Delivered, deliveredRecord } from "./receive-record.ts";
import { redeliverLater } from "./redeliver-later.ts";
import type { Sink } from "./sinks/sink.ts";

/**
 * Puts messages into the sink and settles them: those that it accepts are completed, those that it refuses are delivered again.
 * The consumer gets a record of each. `stop` ends the reading of the queue.
 */
export const openSinkDelivery = (sink: Sink, context: DeliveryContext, stop: () => void): MessageDelivery =>
  sink.deliverAll ? deliverBatches(sink, sink.deliverAll, context) : deliverOneByOne(sink, context, stop);

/** Whole batches, for a sink that accepts either all messages of a batch or none. */
function deliverBatches(
  sink: Sink,
  deliverAll: NonNullable<Sink["deliverAll"]>,
  { customer, settler, output, duplicateFilter }: DeliveryContext,
): MessageDelivery {
  return {
    ready: async () => {},
    finish: async () => {},
    mayAbandon: () => sink.refuses,
    take: async (batch) => {
      using renewal = renewLocksUntilDisposed(...batch);
      const messages = batch.map(({ message }) => message);
      const { details } = await deliverAll(customer, messages).catch(async (error: unknown) => {
        renewal[Symbol.dispose]();
        await settler.abandon(...batch);
        throw error;
      });
      for (const message of messages) duplicateFilter?.remember(customer.name, message);
      await settler.complete(...batch).finally(() => renewal[Symbol.dispose]());
      const to = { to: sink.name, outcome: "accepted", details } as const;
      await output.put(informationBatch(...messages.map((message) => deliveredRecord(customer, message, to))));
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Several messages at a time, each on its own; the records come in the order of the messages. */
function deliverOneByOne(sink: Sink, context: DeliveryContext, stop: () => void): MessageDelivery {
  const { customer, settler, output, duplicateFilter } = context;
  const tasks = createTaskPool(sink.atOnce, stop);
  let previous = Promise.resolve();

  const deliver = async (locked: LockedMessage): Promise<Delivered> => {
    using renewal = renewLocksUntilDisposed(locked);
    const { outcome, details } = await sink.deliver(customer, locked.message).catch(async (error: unknown) => {
      renewal[Symbol.dispose]();
      await settler.abandon(locked);
      throw error;
    });
    if (outcome === "accepted") {
      duplicateFilter?.remember(customer.name, locked.message);
      await settler.complete(locked);
    } else await redeliverLater(locked, context);
    return deliveredRecord(customer, locked.message, { to: sink.name, outcome, details });
  };

  const deliverInOrder = async (locked: LockedMessage) => {
    const before = previous;
    const turn = Promise.withResolvers<void>();
    previous = turn.promise;
    try {
      const record = await deliver(locked);
      await before;
      await output.put(informationBatch(record));
      if (record.outcome === "refused" && isAtLastDelivery(record.deliveryCount)) throw stoppedFailure(record);
    } finally {
      void before.then(turn.resolve);
    }
  };

  return {
    ready: tasks.ready,
    finish: tasks.finish,
    mayAbandon: () => sink.refuses,
    take: async (messages) => {
      let begun = 0;
      try {
        for (const locked of messages) {
          await tasks.ready();
          if (output.left.aborted) break;
          await tasks.begin(() => deliverInOrder(locked));
          begun += 1;
        }
      } finally {
        if (begun < messages.length) await settler.abandon(...messages.slice(begun));
      }
    },
    [Symbol.asyncDispose]: () => tasks.finish().catch(() => {}),
  };
}
