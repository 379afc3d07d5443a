import { createHash } from "node:crypto";
import { type Customer, type NamespaceHost, parseNamespaceHost, parseQueueName } from "./customer.ts";
import type { Incoming, Outgoing, PropertyValue } from "./message.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { bytesOf } from "./status-fields.ts";

/** `contoso-bus/statuses`, or the same with the namespace's full host. */
export function parseProviderQueue(
  text: string,
  suffix: string,
): { readonly namespace: NamespaceHost; readonly queue: string } {
  const [, namespace, queue] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  if (namespace === undefined || queue === undefined) throw new Error("expected <namespace>/<queue>.");
  const host = namespace.includes(".") ? namespace : `${namespace}.${suffix}`;
  return { namespace: parseNamespaceHost(host, suffix), queue: parseQueueName(queue) };
}

/**
 * A customer's message for the provider's own queue. The bytes are unchanged. Properties name the customer and hold the original
 * ids. The id is always the same for the same message, so that a repetition is a duplicate.
 */
export function forwardedMessage(customer: Customer, message: Incoming): Outgoing {
  const { tenantId, namespace, statusQueue } = customer;
  const { correlationId, subject, contentType, sessionId, enqueuedAt } = message;
  const sequenceNumber = String(message.sequenceNumber);
  const identity = [tenantId, namespace, statusQueue, sequenceNumber, message.messageId ?? ""];
  const ours = {
    "xtenant-customer": customer.name,
    "xtenant-tenant-id": tenantId,
    "xtenant-namespace": namespace,
    "xtenant-queue": statusQueue,
    "xtenant-sequence-number": sequenceNumber,
    "xtenant-enqueued-at": enqueuedAt,
    ...(message.messageId === undefined ? {} : { "xtenant-message-id": message.messageId }),
  };
  return {
    messageId: createHash("sha256").update(identity.join("\n")).digest("hex"),
    body: bytesOf(message.body),
    ...omitUndefined({ correlationId, subject, contentType, sessionId }),
    properties: { ...propertiesOf(message), ...ours },
  };
}

/** Values that not every sender can encode, such as binary, become text. A message cannot set the names that xtenant uses. */
const propertiesOf = ({ properties }: Incoming): Record<string, PropertyValue> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isPropertyValue(value) ? value : plain(value)]),
  );

const isPropertyValue = (value: unknown): value is PropertyValue =>
  value === null || value instanceof Date || ["string", "number", "boolean"].includes(typeof value);

const plain = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString("base64") : (JSON.stringify(value) ?? String(value));
