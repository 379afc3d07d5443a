import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import type { Incoming } from "../../domain/message.ts";

/** The SDK's message as the domain's. */
export const decodeMessage = (message: ServiceBusReceivedMessage): Incoming => ({
  messageId: text(message.messageId),
  correlationId: text(message.correlationId),
  subject: message.subject,
  contentType: message.contentType,
  sessionId: message.sessionId,
  partitionKey: message.partitionKey,
  replyTo: message.replyTo,
  replyToSessionId: message.replyToSessionId,
  to: message.to,
  timeToLive: message.timeToLive,
  sequenceNumber: BigInt(message.sequenceNumber?.toString() ?? 0),
  enqueuedAt: message.enqueuedTimeUtc ?? new Date(0),
  expiresAt: message.expiresAtUtc,
  scheduledAt: message.scheduledEnqueueTimeUtc,
  state: message.state,
  // The SDK counts the deliveries that failed before this one.
  deliveryCount: (message.deliveryCount ?? 0) + 1,
  deadLetterReason: message.deadLetterReason,
  deadLetterErrorDescription: message.deadLetterErrorDescription,
  deadLetterSource: message.deadLetterSource,
  properties: message.applicationProperties ?? {},
  body: message.body,
});

/** AMQP ids may be numbers or binary; the tool's own are text. */
const text = (id: string | number | Buffer | undefined): string | undefined => {
  if (id === undefined || id === null) return undefined;
  return Buffer.isBuffer(id) ? id.toString("base64") : String(id);
};
