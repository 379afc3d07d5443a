import { createHash } from "node:crypto";
import { type Customer, type NamespaceHost, parseNamespaceHost, parseQueueName } from "./customer.ts";
import { encodeProperties } from "./encode-bare-message.ts";
import type { Incoming, Outgoing } from "./message.ts";
import { editedMessage } from "./message-view.ts";
import { omitUndefined } from "./omit-undefined.ts";
import { traceOf, traceProperties } from "./trace-context.ts";

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
 * A customer's message for the provider's own queue: a copy with another id, and with properties that name the customer and hold the
 * original id. Everything else is unchanged. The id is always the same for the same message, so that a repetition is a duplicate. A
 * message cannot set the names that xtenant uses.
 */
export function forwardedMessage(customer: Customer, message: Incoming): Outgoing {
  const { tenantId, namespace, statusQueue } = customer;
  const { correlationId, subject, sessionId, body, enqueuedAt } = message;
  const sequenceNumber = String(message.sequenceNumber);
  const identity = [tenantId, namespace, statusQueue, sequenceNumber, message.messageId ?? ""];
  const messageId = createHash("sha256").update(identity.join("\n")).digest("hex");
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
    messageId,
    bare: editedMessage(message.bare, { messageId, set: encodeProperties(ours) }),
    body,
    ...omitUndefined({ correlationId, subject, sessionId }),
    // For spans: the copy is sent as the bytes above.
    properties: traceProperties(traceOf(message.properties)),
  };
}
