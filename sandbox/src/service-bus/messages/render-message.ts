import type { DeadLetter, MessageState, StoredMessage } from "../queues/stored-message.ts";
import type { MapEntry } from "./amqp-decode.ts";
import {
  encodeDescribed,
  encodeInt,
  encodeLong,
  encodeMap,
  encodeString,
  encodeSymbol,
  encodeTimestamp,
  encodeUint,
  encodeUuid,
} from "./amqp-encode.ts";
import { tokenToUuid } from "./lock-token.ts";
import { encodeAnnotations, encodeHeader, type MessagePayload, withApplicationProperties } from "./message-payload.ts";
import { sectionCodes } from "./sections.ts";

/** Values of `x-opt-message-state` (Service Bus MessageState). */
const stateNumbers = { active: 0, deferred: 1, scheduled: 2 } as const satisfies Record<MessageState, number>;

/** The message as its reader gets it: what the sender sent, and what the broker knows about it. */
export function renderMessage(message: StoredMessage<MessagePayload>): Buffer {
  const { deadLetter } = message;
  const payload = deadLetter
    ? withApplicationProperties(message.payload, deadLetterProperties(deadLetter))
    : message.payload;
  return Buffer.concat([
    encodeHeader(payload.header, encodeUint(message.deliveryCount)),
    ...(message.lock ? [lockAnnotation(message.lock.token)] : []),
    encodeAnnotations([...payload.annotations, ...brokerAnnotations(message)]),
    payload.properties,
    ...(payload.applicationProperties ? [payload.applicationProperties] : []),
    payload.body,
  ]);
}

const lockTokenKey = encodeSymbol("x-opt-lock-token");

/** For clients that look for the lock here when no delivery tag bears it: Python's, for deferred messages. */
const lockAnnotation = (token: string) =>
  encodeDescribed(sectionCodes.deliveryAnnotations, encodeMap([lockTokenKey, encodeUuid(tokenToUuid(token))]));

function brokerAnnotations(message: StoredMessage<MessagePayload>): MapEntry[] {
  const { sequenceNumber, enqueuedAt, lock, state, deadLetter, forwarded } = message;
  const source = deadLetter?.source;
  return [
    { key: "x-opt-sequence-number", value: encodeLong(sequenceNumber) },
    { key: "x-opt-enqueued-time", value: encodeTimestamp(enqueuedAt) },
    { key: "x-opt-message-state", value: encodeInt(stateNumbers[state]) },
    ...(lock ? [{ key: "x-opt-locked-until", value: encodeTimestamp(lock.until) }] : []),
    ...(source === undefined ? [] : [{ key: "x-opt-deadletter-source", value: encodeString(source) }]),
    ...(deadLetter || forwarded
      ? [{ key: "x-opt-enqueue-sequence-number", value: encodeLong(forwarded?.sequenceNumber ?? sequenceNumber) }]
      : []),
  ];
}

const deadLetterProperties = ({ reason, description }: DeadLetter): MapEntry[] => [
  ...(reason === undefined ? [] : [{ key: "DeadLetterReason", value: encodeString(reason) }]),
  ...(description === undefined ? [] : [{ key: "DeadLetterErrorDescription", value: encodeString(description) }]),
];
