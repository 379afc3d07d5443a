import { forwarded } from "../../domain/forwarded-message.ts";
import type { OwnOutbox } from "../../ports/azure-services.ts";
import type { Sink } from "./sink.ts";

/** The Provider's own queue. Taken means that its broker has accepted the message. */
export async function forwardSink(outbox: OwnOutbox, atOnce: number): Promise<Sink> {
  await outbox.probe();
  return {
    name: "forward",
    atOnce,
    refuses: false,
    probe: () => outbox.probe(),
    take: async (customer, message) => {
      const sent = forwarded(customer, message);
      await outbox.send(sent);
      return { outcome: "taken", details: { forwardedAs: sent.messageId } };
    },
    [Symbol.asyncDispose]: () => outbox[Symbol.asyncDispose](),
  };
}
