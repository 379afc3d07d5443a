import { forwardedMessage } from "../../domain/forwarded-message.ts";
import type { ProviderQueueSender } from "../../ports/azure-services.ts";
import type { Sink } from "./sink.ts";

/** A queue of the provider. A message is accepted when the broker has accepted it. */
export async function queueSink(sender: ProviderQueueSender, atOnce: number): Promise<Sink> {
  await sender.probe();
  return {
    name: "forward",
    atOnce,
    refuses: false,
    probe: () => sender.probe(),
    deliver: async (customer, message) => {
      const sent = forwardedMessage(customer, message);
      await sender.send(sent);
      return { outcome: "accepted", details: { forwardedAs: sent.messageId } };
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}
