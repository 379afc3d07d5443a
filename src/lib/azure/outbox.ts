import type { ServiceBusSender } from "@azure/service-bus";
import type { Outbox } from "../cloud.ts";
import { type Place, translating } from "./failure.ts";
import { serviceBusMessage } from "./outgoing-message.ts";

/** A queue to write to. */
export const openOutbox = (sender: ServiceBusSender, place: Place): Outbox => ({
  // A batch's size limit is told by the link, so asking for one opens it.
  probe: () => translating(place, async () => void (await sender.createMessageBatch())),
  send: (message) => translating(place, () => sender.sendMessages(serviceBusMessage(message))),
});
