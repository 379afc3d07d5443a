import { setTimeout as sleep } from "node:timers/promises";
import { pauseAfter } from "../concurrency/retry.ts";
import type { LockedMessage } from "../ports/azure-services.ts";
import type { DeliveryContext } from "./message-delivery.ts";

/** Full jitter: messages that were refused together do not come back together. */
const backoff = { first: 1_000, longest: 60_000, jitter: 1 };

/**
 * Lets a message be delivered again that was refused or released. A drain holds it back until its end, so that the message is
 * tried once. A tail abandons it after a pause, which grows with each delivery: meanwhile the queue waits.
 */
export async function redeliverLater(
  locked: LockedMessage,
  { watch, heldBack, settler, signal }: Pick<DeliveryContext, "watch" | "heldBack" | "settler" | "signal">,
): Promise<void> {
  if (!watch) return heldBack.put(locked);
  await sleep(pauseAfter(locked.message.deliveryCount + 1, backoff), undefined, { signal }).catch(() => {});
  await settler.abandon(locked);
}
