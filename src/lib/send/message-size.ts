import type { Outgoing, PropertyValue } from "../domain/message.ts";
import { Failure } from "../errors/failure.ts";

/** A string or binary in AMQP: a code, four bytes for the length, and its bytes. */
const longestPrefix = 5;
/** An upper bound for section headers, times and numbers of all fields together. */
const fixedBytes = 300;

const textBytes = (text: string | undefined) => (text === undefined ? 1 : longestPrefix + Buffer.byteLength(text));

const propertyBytes = (value: PropertyValue) => {
  if (typeof value === "string") return textBytes(value);
  if (value instanceof Uint8Array) return longestPrefix + value.length;
  const isTyped = typeof value === "object" && value !== null && "type" in value;
  // Described values have the name of their type, too.
  return isTyped ? describedBytes + value.value.length : 17;
};

/** More than the name of any described type, with its prefixes. */
const describedBytes = 64;

/** An upper bound of the encoded size. It avoids encoding a message only to learn that it fits. */
export function atMostBytes(message: Outgoing): number {
  if (message.bare) return fixedBytes + textBytes(message.partitionKey) + message.bare.length;
  const { messageId, correlationId, sessionId, partitionKey, replyTo, replyToSessionId, to } = message;
  const { subject, contentType, contentEncoding } = message;
  const texts = [
    ...[messageId, correlationId, sessionId, partitionKey, replyTo],
    ...[replyToSessionId, to, subject, contentType, contentEncoding],
  ];
  const properties = Object.entries(message.properties ?? {});
  return (
    fixedBytes +
    message.body.length +
    texts.reduce((sum, text) => sum + textBytes(text), 0) +
    properties.reduce((sum, [name, value]) => sum + textBytes(name) + propertyBytes(value), 0)
  );
}

/** `isUnread` marks a line that is too long to be kept before the limit of the queue is known. */
export type MeasuredMessage = { readonly message: Outgoing; readonly line?: number; readonly isUnread?: true };

/** Throws Failure "usage" with both sizes for a message that is larger than the queue accepts. */
export function requireSizeLimit(
  { message, line }: MeasuredMessage,
  { limit, size }: { readonly limit: number; readonly size: (message: Outgoing) => number },
): void {
  if (atMostBytes(message) <= limit) return;
  const bytes = size(message);
  if (bytes <= limit) return;
  const which = line === undefined ? `message ${message.messageId}` : `line ${line} (message ${message.messageId})`;
  throw new Failure("MessageSizeExceeded", `${which} has ${bytes} bytes; the queue takes at most ${limit}`);
}
