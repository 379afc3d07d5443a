import { setTimeout as sleep } from "node:timers/promises";
import type { Held } from "../cloud.ts";
import type { Sink } from "../sinks/sink.ts";
import { isNearlyUsedUp, stopped } from "./delivery-guard.ts";
import { keepLocked } from "./keep-locked.ts";
import { delivered, type Polled } from "./polled.ts";
import type { Hands } from "./statuses.ts";
import { underWay } from "./under-way.ts";

const longestPause = 60_000;

/** Each message into the sink, and a record of what became of it. Completed when taken; what is refused goes back. */
export async function* intoSink(messages: AsyncIterable<Held>, sink: Sink, hands: Hands): AsyncGenerator<Polled> {
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
  const stream = underWay(messages, { work, atMost: sink.atOnce, stop, leave: settlements.giveBack });
  for await (const event of stream) {
    yield event;
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
