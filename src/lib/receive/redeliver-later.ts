import { setTimeout as sleep } from "node:timers/promises";
import type { LockedMessage } from "../ports/azure-services.ts";
import type { DeliveryContext } from "./message-delivery.ts";

const longestPause = 60_000;

/**
 * Lets a message be delivered again that was refused or released. A drain holds it back until its end, so that the message is
 * tried once. A tail abandons it after a pause, which grows with each delivery: meanwhile the queue waits.
 */
export async function redeliverLater(
  locked: LockedMessage,
  { watch, heldBack, settler, signal }: Pick<DeliveryContext, "watch" | "heldBack" | "settler" | "signal">,
): Promise<void> {
  if (!watch) return heldBack.put(locked);
  const pause = Math.min(1_000 * 2 ** locked.message.deliveryCount, longestPause);
  await sleep(pause * Math.random(), undefined, { signal }).catch(() => {});
  await settler.abandon(locked);
}
