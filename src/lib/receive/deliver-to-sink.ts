import { setTimeout as sleep } from "node:timers/promises";
import { mapConcurrent } from "../concurrency/map-concurrent.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import { isAtLastDelivery, stoppedFailure } from "./delivery-guard.ts";
import { flattenBatches } from "./lock-messages.ts";
import { renewLockUntilDisposed } from "./lock-renewal.ts";
import type { DeliveryContext } from "./receive-from-customer.ts";
import { deliveredRecord, type ReceiveRecord } from "./receive-record.ts";
import type { Sink } from "./sinks/sink.ts";

const longestPause = 60_000;

/** Messages into the sink, and a record of what became of each. */
export const deliverToSink = (batches: AsyncIterable<readonly LockedMessage[]>, sink: Sink, hands: DeliveryContext) =>
  sink.takeAll ? batched(batches, sink, hands) : severally(batches, sink, hands);

/** As many as come together, where the sink takes all or none. */
async function* batched(
  batches: AsyncIterable<readonly LockedMessage[]>,
  sink: Sink,
  { customer, settler, took }: DeliveryContext,
): AsyncGenerator<readonly ReceiveRecord[]> {
  for await (const batch of batches) {
    const locks = batch.map(renewLockUntilDisposed);
    const unlock = () => locks.forEach((lock) => void lock[Symbol.dispose]());
    const messages = batch.map(({ message }) => message);
    const taken = await sink.takeAll?.(customer, messages).catch(async (error: unknown) => {
      unlock();
      await settler.giveBack(...batch);
      throw error;
    });
    messages.forEach(took);
    await settler.complete(...batch).finally(unlock);
    yield messages.map((message) => deliveredRecord(customer, message, { to: sink.name, outcome: "taken", ...taken }));
  }
}

/** Each message into the sink, and a record of what became of it. Completed when taken; what is refused goes back. */
async function* severally(
  batches: AsyncIterable<readonly LockedMessage[]>,
  sink: Sink,
  hands: DeliveryContext,
): AsyncGenerator<readonly ReceiveRecord[]> {
  const { customer, settler, stop, took } = hands;
  const work = async (held: LockedMessage): Promise<ReceiveRecord> => {
    using lock = renewLockUntilDisposed(held);
    const { outcome, details } = await sink.take(customer, held.message).catch(async (error: unknown) => {
      lock[Symbol.dispose]();
      await settler.giveBack(held);
      throw error;
    });
    if (outcome === "taken") {
      took(held.message);
      await settler.complete(held);
    } else await refused(held, hands);
    return deliveredRecord(customer, held.message, { to: sink.name, outcome, ...(details ? { details } : {}) });
  };
  const stream = mapConcurrent(flattenBatches(batches), { work, atMost: sink.atOnce, stop, leave: settler.giveBack });
  for await (const event of stream) {
    yield [event];
    if (event.type === "delivered" && event.outcome === "refused" && isAtLastDelivery(event.deliveryCount))
      throw stoppedFailure(event);
  }
}

/**
 * A drain keeps it until its end, so that it is tried once. A tail keeps it for a while and then lets it be delivered again:
 * the queue waits meanwhile, longer after each delivery.
 */
async function refused(held: LockedMessage, { reading, heldBack, settler, signal }: DeliveryContext): Promise<void> {
  if (!reading.watch) return heldBack.put(held);
  const pause = Math.min(1_000 * 2 ** held.message.deliveryCount, longestPause);
  await sleep(pause * Math.random(), undefined, { signal }).catch(() => {});
  await settler.giveBack(held);
}
