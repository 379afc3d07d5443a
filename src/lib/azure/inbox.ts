import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import Long from "long";
import type { Held, Inbox } from "../cloud.ts";
import type { Incoming } from "../tenancy/message.ts";
import { withDeadline } from "./deadline.ts";
import { type Place, translating } from "./failure.ts";
import { tail } from "./tail.ts";

/** How long a call may outlast the time it was given before the connection counts as dead. */
const graceMilliseconds = 20_000;

/** A queue to read from, by peek-lock only: nothing is ever received and deleted in one step. */
export function openInbox(receiver: ServiceBusReceiver, place: Place): Inbox {
  const hold = (message: ServiceBusReceivedMessage): Held => ({
    message: incoming(message),
    complete: () =>
      translating(place, () =>
        withDeadline("completing a message", graceMilliseconds, receiver.completeMessage(message)),
      ),
    abandon: () =>
      translating(place, () =>
        withDeadline("giving a message back", graceMilliseconds, receiver.abandonMessage(message)),
      ),
  });
  return {
    peek: (max, from) =>
      translating(place, async () => {
        const start = from === undefined ? {} : { fromSequenceNumber: Long.fromString(String(from)) };
        const found = await withDeadline("peeking", 3 * graceMilliseconds, receiver.peekMessages(max, start));
        return found.map(incoming);
      }),
    receive: (max, waitMilliseconds) =>
      translating(place, async () => {
        const call = receiver.receiveMessages(max, { maxWaitTimeInMs: waitMilliseconds });
        const received = await withDeadline("receiving", waitMilliseconds + 3 * graceMilliseconds, call);
        return received.map(hold);
      }),
    tail: (signal) => tail(receiver, { hold, place, signal }),
  };
}

const incoming = (message: ServiceBusReceivedMessage): Incoming => ({
  messageId: text(message.messageId),
  correlationId: text(message.correlationId),
  subject: message.subject,
  contentType: message.contentType,
  sessionId: message.sessionId,
  sequenceNumber: BigInt(message.sequenceNumber?.toString() ?? 0),
  enqueuedAt: message.enqueuedTimeUtc ?? new Date(0),
  // The SDK counts the deliveries that failed before this one.
  deliveryCount: (message.deliveryCount ?? 0) + 1,
  properties: message.applicationProperties ?? {},
  body: message.body,
});

/** AMQP ids may be numbers or binary; the tool's own are text. */
const text = (id: string | number | Buffer | undefined): string | undefined => {
  if (id === undefined || id === null) return undefined;
  return Buffer.isBuffer(id) ? id.toString("base64") : String(id);
};
