import type { ServiceBusMessage } from "@azure/service-bus";
import { encodeBareMessage, longestInHeader } from "../../domain/encode-bare-message.ts";
import type { Outgoing } from "../../domain/message.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { bareBody, encodeHead } from "./raw-messages.ts";

/**
 * The message for the SDK, whose body is the whole bare message. The SDK reads the ids to group messages, the time to live for the
 * header, and the partition key and the scheduled time for the annotations.
 */
export function encodeMessage(message: Outgoing): ServiceBusMessage {
  const { messageId, sessionId, partitionKey, scheduledAt, timeToLive } = message;
  return {
    body: bareBody(bareOf(message)),
    ...omitUndefined({
      messageId: messageId === "" ? undefined : messageId,
      sessionId,
      partitionKey,
      scheduledEnqueueTimeUtc: scheduledAt,
      timeToLive: timeToLive === undefined ? undefined : Math.min(timeToLive, longestInHeader),
    }),
  };
}

const bareOf = (message: Outgoing): Uint8Array => message.bare ?? encodeBareMessage(message, new Date());

/** Bytes of the message as it is sent. */
export function encodedSize(message: Outgoing): number {
  const { partitionKey, scheduledAt, timeToLive } = message;
  const head = encodeHead({
    ...(timeToLive === undefined ? {} : { ttl: longestInHeader }),
    message_annotations: {
      ...(partitionKey === undefined ? {} : { "x-opt-partition-key": partitionKey }),
      ...(scheduledAt === undefined ? {} : { "x-opt-scheduled-enqueue-time": scheduledAt }),
    },
  });
  return head.length + bareOf(message).length;
}
