import { Buffer } from "node:buffer";
import type { ServiceBusSender } from "@azure/service-bus";
import type { Outbox } from "../cloud.ts";
import { defined } from "../defined.ts";
import type { Outgoing } from "../tenancy/message.ts";
import { type Place, translating } from "./failure.ts";

/** A queue to write to. */
export const openOutbox = (sender: ServiceBusSender, place: Place): Outbox => ({
  // A batch's size limit is told by the link, so asking for one opens it.
  probe: () => translating(place, async () => void (await sender.createMessageBatch())),
  send: (message) => translating(place, () => sender.sendMessages(serviceBusMessage(message))),
});

/** A Buffer is sent as it is, in one data section; any other body the SDK would turn into JSON. */
function serviceBusMessage({ body, properties, ...fields }: Outgoing) {
  const applicationProperties = properties && { ...properties };
  return { ...fields, body: Buffer.from(body), ...defined({ applicationProperties }) };
}
