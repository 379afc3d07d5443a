import type { ServiceBusReceiver } from "@azure/service-bus";
import { Failure } from "../../errors/failure.ts";
import { readPrivateField } from "./read-private-field.ts";
import { onEverySecond } from "./shared-ticker.ts";

const patience = 20_000;

/**
 * Tells when the link of a tail has not been open for 20 s. A connection that is cut while the link is being opened can leave
 * the SDK (7.9.5) waiting for ever, without an error: the connection is made again and answers, the link is not. Returns what
 * ends the watch.
 */
export function monitorLink(receiver: ServiceBusReceiver, lost: (failure: Failure) => void): () => void {
  let lastOpen = performance.now();
  const end = onEverySecond(() => {
    if (isOpen(receiver)) lastOpen = performance.now();
    else if (performance.now() - lastOpen > patience) {
      end();
      lost(notOpened());
    }
  });
  return end;
}

/** The SDK shows it to nobody. Where a later version has it elsewhere, every link counts as open. */
function isOpen(receiver: ServiceBusReceiver): boolean {
  const link = readPrivateField(receiver, "_streamingReceiver");
  const look = readPrivateField(link, "isOpen");
  return typeof look !== "function" || look.call(link) !== false;
}

const notOpened = () => new Failure("LinkNotOpened");
