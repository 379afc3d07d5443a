import { setTimeout as sleep } from "node:timers/promises";
import { underWay } from "../concurrency/map-concurrent.ts";
import type { Held } from "../ports/azure-services.ts";
import { isNearlyUsedUp, stopped } from "./delivery-guard.ts";
import { oneByOne } from "./lock-messages.ts";
import { keepLocked } from "./lock-renewal.ts";
import type { Hands } from "./receive-from-customer.ts";
import { delivered, type Polled } from "./receive-record.ts";
import type { Sink } from "./sinks/sink.ts";

const longestPause = 60_000;

/** Messages into the sink, and a record of what became of each. */
export const intoSink = (batches: AsyncIterable<readonly Held[]>, sink: Sink, hands: Hands) =>
  sink.takeAll ? together(batches, sink, hands) : severally(batches, sink, hands);

/** As many as come together, where the sink takes all or none. */
async function* together(
  batches: AsyncIterable<readonly Held[]>,
  sink: Sink,
  { customer, settlements, took }: Hands,
): AsyncGenerator<readonly Polled[]> {
  for await (const batch of batches) {
    const locks = batch.map(keepLocked);
    const unlock = () => locks.forEach((lock) => void lock[Symbol.dispose]());
    const messages = batch.map(({ message }) => message);
    const taken = await sink.takeAll?.(customer, messages).catch(async (error: unknown) => {
      unlock();
      await settlements.giveBack(...batch);
      throw error;
    });
    messages.forEach(took);
    await settlements.complete(...batch).finally(unlock);
    yield messages.map((message) => delivered(customer, message, { to: sink.name, outcome: "taken", ...taken }));
  }
}

/** Each message into the sink, and a record of what became of it. Completed when taken; what is refused goes back. */
async function* severally(
  batches: AsyncIterable<readonly Held[]>,
  sink: Sink,
  hands: Hands,
): AsyncGenerator<readonly Polled[]> {
  const { customer, settlements, stop, took } = hands;
  const work = async (held: Held): Promise<Polled> => {
    using lock = keepLocked(held);
    const { outcome, details } = await sink.take(customer, held.message).catch(async (error: unknown) => {
      lock[Symbol.dispose]();
      await settlements.giveBack(held);
      throw error;
    });
    if (outcome === "taken") {
      took(held.message);
      await settlements.complete(held);
    } else await refused(held, hands);
    return delivered(customer, held.message, { to: sink.name, outcome, ...(details ? { details } : {}) });
  };
  const stream = underWay(oneByOne(batches), { work, atMost: sink.atOnce, stop, leave: settlements.giveBack });
  for await (const event of stream) {
    yield [event];
    if (event.type === "delivered" && event.outcome === "refused" && isNearlyUsedUp(event.deliveryCount))
      throw stopped(event);
  }
}

/**
 * A drain keeps it until its end, so that it is tried once. A tail keeps it for a while and then lets it be delivered again:
 * the queue waits meanwhile, longer after each delivery.
 */
async function refused(held: Held, { reading, aside, settlements, signal }: Hands): Promise<void> {
  if (!reading.watch) return aside.put(held);
  const pause = Math.min(1_000 * 2 ** held.message.deliveryCount, longestPause);
  await sleep(pause * Math.random(), undefined, { signal }).catch(() => {});
  await settlements.giveBack(held);
}
