import { type AmqpError, idTooLong, notProcessed } from "../amqp-errors.ts";
import type { NewMessage } from "../queues/stored-message.ts";
import { decodeValue, listElements, mapEntries } from "./amqp-decode.ts";
import type { MessagePayload } from "./message-payload.ts";
import { scanSections } from "./sections.ts";

/** Characters of an id; bytes of one property, and of all that is no body (Service Bus quotas). */
const longestId = 128;
const largestProperty = 32 * 1024;
const largestHeaders = 64 * 1024;

/** Positions in the properties list (AMQP 1.0 §3.2.4). */
const ids = [
  [0, "MessageId"],
  [10, "SessionId"],
  [12, "ReplyToSessionId"],
] as const;

type Checked = Pick<NewMessage<MessagePayload>, "payload" | "sessionId">;

/** Why Service Bus does not take the message, though it is well formed and not too large. */
export function findLimitError({ payload, sessionId }: Checked, now: Date): AmqpError | undefined {
  const long = tooLongId(payload);
  if (long !== undefined) return idTooLong(long, longestId, now);
  const sizes = propertySizes(payload);
  const isTooLarge = sizes.some((size) => size > largestProperty) || headerBytes(payload) > largestHeaders;
  return isTooLarge || !isOfSession(partitionKeyOf(payload), sessionId) ? notProcessed(now) : undefined;
}

const partitionKeyOf = ({ annotations }: MessagePayload) =>
  annotations.find((one) => one.key === "x-opt-partition-key")?.value;

/** A session is in one partition, also where a queue has no others (Azure/azure-sdk-for-js#10326, Azure/azure-sdk-for-net#13961). */
function isOfSession(partitionKey: Buffer | undefined, sessionId: string | undefined): boolean {
  const key = partitionKey && decodeValue(partitionKey);
  return sessionId === undefined || typeof key !== "string" || key === sessionId;
}

function tooLongId(payload: MessagePayload) {
  const { properties } = payload;
  if (isLong(partitionKeyOf(payload))) return "PartitionKey";
  if (properties.length <= longestId) return undefined;
  const fields = fieldsOf(properties);
  return ids.find(([at]) => isLong(fields[at]))?.[1];
}

/** Looks closely only where something could be too large. */
function propertySizes({ properties, applicationProperties, annotations }: MessagePayload): number[] {
  const own = properties.length > largestProperty ? fieldsOf(properties) : [];
  const [section] =
    applicationProperties && applicationProperties.length > largestProperty ? scanSections(applicationProperties) : [];
  const entries = [...annotations, ...(section ? mapEntries(section.value) : [])];
  return [...own, ...entries.map(({ value }) => value)].map(({ length }) => length);
}

const headerBytes = (payload: MessagePayload) => {
  const { header, deliveryAnnotations = [], annotations, properties, applicationProperties } = payload;
  const entries = [...deliveryAnnotations, ...annotations].map(({ value }) => value);
  const sections = [...header, ...entries, properties].reduce((sum, { length }) => sum + length, 0);
  return sections + (applicationProperties?.length ?? 0);
};

function fieldsOf(properties: Buffer): Buffer[] {
  const [section] = scanSections(properties);
  return section ? listElements(section.value) : [];
}

function isLong(encoded: Buffer | undefined) {
  if (encoded === undefined || encoded.length <= longestId) return false;
  const value = decodeValue(encoded);
  return typeof value === "string" && value.length > longestId;
}
