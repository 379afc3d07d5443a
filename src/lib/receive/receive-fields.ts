import { didYouMean } from "../domain/nearest-name.ts";
import type { Delivered, MessageReceived } from "./receive-record.ts";

/** The fields of the records of messages. The type checker requires that none is missing. */
const fields: Readonly<Record<keyof MessageReceived | keyof Delivered, true>> = {
  type: true,
  customer: true,
  tenantId: true,
  namespace: true,
  queue: true,
  messageId: true,
  messageIdType: true,
  correlationId: true,
  correlationIdType: true,
  subject: true,
  outcome: true,
  detail: true,
  body: true,
  bodyEncoding: true,
  bodyType: true,
  valueType: true,
  decodedBody: true,
  properties: true,
  propertyTypes: true,
  contentType: true,
  contentEncoding: true,
  sessionId: true,
  partitionKey: true,
  replyTo: true,
  replyToSessionId: true,
  to: true,
  timeToLive: true,
  scheduledAt: true,
  enqueuedAt: true,
  sequenceNumber: true,
  deliveryCount: true,
  state: true,
  traceId: true,
  contract: true,
  details: true,
  amqp: true,
};

/** The names of the fields that a path can start with. */
export const receiveFields: readonly string[] = Object.keys(fields);

/** Fields that have fields of their own. */
const containers: ReadonlySet<string> = new Set(["body", "properties", "propertyTypes", "contract", "details"]);

/**
 * A path to a field of a message, such as `body.version`, as its names. Throws an error if no record of a message can have
 * this field: a misspelled path must be noticed before the first message is received.
 */
export function parseFieldPath(path: string): readonly [string, ...string[]] {
  const [first = "", ...rest] = path.split(".");
  if ([first, ...rest].some((name) => name.trim() === "")) throw new Error(`'${path}' names no field.`);
  if (!receiveFields.includes(first))
    throw new Error(
      `a message has no field '${first}'${didYouMean(first, receiveFields)}; fields: ${receiveFields.join(", ")}.`,
    );
  if (rest.length > 0 && !containers.has(first))
    throw new Error(`'${path}' names no field: '${first}' has no fields of its own.`);
  return [first, ...rest];
}

/** Whether the path starts with a field of a message. */
export const isFieldPath = (path: string): boolean => receiveFields.includes(path.split(".", 1)[0] ?? "");
