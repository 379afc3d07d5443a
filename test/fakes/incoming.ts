import { encodeBareMessage } from "../../src/lib/domain/encode-bare-message.ts";
import type { Incoming, MessageContent, PropertyValue } from "../../src/lib/domain/message.ts";
import { viewMessage } from "../../src/lib/domain/message-view.ts";
import { omitUndefined } from "../../src/lib/domain/omit-undefined.ts";

/** A field that is undefined is not in the message. */
export type IncomingFields = {
  [Key in keyof Omit<MessageContent, "body" | "properties">]?: MessageContent[Key] | undefined;
} & {
  readonly body?: Uint8Array;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
} & Partial<Omit<Incoming, keyof MessageContent>>;

/** A message as it arrives when a sender wrote these fields; without fields, one with only the mandatory ones. */
export function incoming({ bare, ...fields }: IncomingFields = {}): Incoming {
  const content = { body: new TextEncoder().encode("ok"), ...omitUndefined(fields) };
  const message = bare ?? encodeBareMessage(content, new Date("2026-01-01T00:00:00Z"));
  return {
    partitionKey: undefined,
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
    ...omitUndefined(fields),
    ...viewMessage(message),
    bare: message,
  };
}
