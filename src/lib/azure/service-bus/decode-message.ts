import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { longestInHeader } from "../../domain/encode-bare-message.ts";
import type { Incoming, MessageState } from "../../domain/message.ts";
import { viewOf } from "../../domain/message-view.ts";
import { receivedMessageOf } from "./raw-messages.ts";

/** What the SDK reads of a message before its bare message. */
export type AnnotatedMessage = Pick<
  ServiceBusReceivedMessage,
  | "deadLetterSource"
  | "deliveryCount"
  | "enqueuedTimeUtc"
  | "lockToken"
  | "partitionKey"
  | "scheduledEnqueueTimeUtc"
  | "sequenceNumber"
  | "state"
  | "timeToLive"
> & { readonly _rawAmqpMessage: { readonly messageAnnotations?: object } };

/** The SDK's message as the domain's: the annotations from the SDK, everything else from the bare message. */
export function decodeMessage(message: AnnotatedMessage): Incoming {
  const { bare, parsed } = receivedMessageOf(message);
  const view = viewOf(parsed);
  const enqueuedAt = message.enqueuedTimeUtc ?? new Date(0);
  const { timeToLive: inHeader } = message;
  // The largest value also stands for a time to live that does not fit into the header.
  const timeToLive = inHeader !== undefined && inHeader < longestInHeader ? inHeader : (view.lifetime ?? inHeader);
  const { DeadLetterReason, DeadLetterErrorDescription } = view.properties;
  return {
    ...view,
    bare,
    partitionKey: message.partitionKey,
    timeToLive,
    sequenceNumber: BigInt(message.sequenceNumber?.toString() ?? 0),
    enqueuedAt,
    expiresAt: timeToLive === undefined ? undefined : timeAfter(enqueuedAt, timeToLive),
    scheduledAt: message.scheduledEnqueueTimeUtc,
    state: stateOf(message),
    // The SDK counts the deliveries that failed before this one.
    deliveryCount: (message.deliveryCount ?? 0) + 1,
    deadLetterReason: textOf(DeadLetterReason),
    deadLetterErrorDescription: textOf(DeadLetterErrorDescription),
    deadLetterSource: message.deadLetterSource,
  };
}

/**
 * Azure keeps the state `scheduled` of a message that has become active (observed by the tests of the SDKs against live Azure). Only one
 * that is not locked, and whose time is ahead, still waits.
 */
export function stateOf(message: State, now = Date.now()): MessageState {
  if (message.state !== "scheduled") return message.state;
  const { lockToken, scheduledEnqueueTimeUtc: due } = message;
  const waits = lockToken === undefined && due !== undefined && due.getTime() > now;
  return waits ? "scheduled" : "active";
}

type State = Pick<ServiceBusReceivedMessage, "state" | "lockToken" | "scheduledEnqueueTimeUtc">;

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);

/** Undefined for a time that JavaScript does not have: the message does not expire. */
function timeAfter(start: Date, milliseconds: number): Date | undefined {
  const end = new Date(start.getTime() + milliseconds);
  return Number.isNaN(end.getTime()) ? undefined : end;
}
