import type { ServiceBusReceiver } from "@azure/service-bus";
import { Failure } from "../../errors/failure.ts";
import { isLinkOpen } from "./sdk-internals.ts";
import { onEvery } from "./shared-ticker.ts";

const longestOutage = 20_000;
/** To check 1,000 links every second was a sixth of all idle work. */
const checkMilliseconds = 5_000;

/**
 * Reports when the link of a tail has not been open for 20 to 25 s. When a connection breaks while the link opens, the SDK (7.9.5)
 * can wait indefinitely without an error: it opens the next connection, which works, and not the link. Returns a function that
 * ends the monitor.
 */
export function monitorLink(receiver: ServiceBusReceiver, onLost: (failure: Failure) => void): () => void {
  let lastOpen = performance.now();
  const end = onEvery(checkMilliseconds, () => {
    if (isLinkOpen(receiver)) lastOpen = performance.now();
    else if (performance.now() - lastOpen > longestOutage) {
      end();
      onLost(notOpened());
    }
  });
  return end;
}

const notOpened = () => new Failure("LinkNotOpened");
