import type { Incoming } from "../../src/lib/domain/message.ts";

/** A message with only the mandatory fields. */
export const incoming = (fields: Partial<Incoming> = {}): Incoming => ({
  messageId: undefined,
  correlationId: undefined,
  subject: undefined,
  contentType: undefined,
  sessionId: undefined,
  partitionKey: undefined,
  replyTo: undefined,
  replyToSessionId: undefined,
  to: undefined,
  timeToLive: undefined,
  sequenceNumber: 1n,
  enqueuedAt: new Date("2026-01-01T00:00:00Z"),
  expiresAt: undefined,
  scheduledAt: undefined,
  state: "active",
  deliveryCount: 1,
  deadLetterReason: undefined,
  deadLetterErrorDescription: undefined,
  deadLetterSource: undefined,
  properties: {},
  body: new TextEncoder().encode("ok"),
  ...fields,
});
