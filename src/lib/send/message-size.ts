import type { Outgoing, PropertyValue } from "../domain/message.ts";
import { Failure } from "../errors/failure.ts";

/** A string or binary in AMQP: a code, four bytes for the length, and its bytes. */
const longestPrefix = 5;
/** An upper bound for section headers, times and numbers of all fields together. */
const fixedBytes = 300;

const textBytes = (text: string | undefined) => (text === undefined ? 1 : longestPrefix + Buffer.byteLength(text));

const propertyBytes = (value: PropertyValue) => {
  if (typeof value === "string") return textBytes(value);
  return value instanceof Uint8Array ? longestPrefix + value.length : 17;
};

/** An upper bound of the encoded size. It avoids encoding a message only to learn that it fits. */
export function atMostBytes(message: Outgoing): number {
  const { messageId, correlationId, sessionId, partitionKey, replyTo, replyToSessionId, to, subject, contentType } =
    message;
  const texts = [
    messageId,
    correlationId,
    sessionId,
    partitionKey,
    replyTo,
    replyToSessionId,
    to,
    subject,
    contentType,
  ];
  const properties = Object.entries(message.properties ?? {});
  return (
    fixedBytes +
    message.body.length +
    texts.reduce((sum, text) => sum + textBytes(text), 0) +
    properties.reduce((sum, [name, value]) => sum + textBytes(name) + propertyBytes(value), 0)
  );
}

export type MeasuredMessage = { readonly message: Outgoing; readonly line?: number };

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
