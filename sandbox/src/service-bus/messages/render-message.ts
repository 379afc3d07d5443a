import type { DeadLetter, Lock, MessageState, StoredMessage } from "../queues/stored-message.ts";
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
import {
  encodeAnnotations,
  encodeHeader,
  lockTokenAnnotation,
  type MessagePayload,
  withApplicationProperties,
} from "./message-payload.ts";
import { sectionCodes } from "./sections.ts";

/** Values of `x-opt-message-state` (Service Bus MessageState). An active message has none (azure-sdk-for-go sender_test.go). */
const stateNumbers = { deferred: 1, scheduled: 2 } as const satisfies Record<Exclude<MessageState, "active">, number>;

/** The message as its reader gets it: what the sender sent, and what the broker knows about it. */
export function renderMessage(message: StoredMessage<MessagePayload>): Buffer {
  const { deadLetter } = message;
  const payload = deadLetter
    ? withApplicationProperties(message.payload, deadLetterProperties(deadLetter))
    : message.payload;
  return Buffer.concat([
    encodeHeader(payload.header, encodeUint(message.deliveryCount)),
    ...deliveryAnnotations(payload, message.lock),
    encodeAnnotations([...payload.annotations, ...brokerAnnotations(message)]),
    payload.properties,
    ...(payload.applicationProperties ? [payload.applicationProperties] : []),
    payload.body,
  ]);
}

const lockTokenKey = encodeSymbol(lockTokenAnnotation);

/** The sender's, and the lock. Python's client looks for it here when no delivery tag bears it: that of a deferred message. */
function deliveryAnnotations({ deliveryAnnotations: sent = [] }: MessagePayload, lock: Lock | undefined): Buffer[] {
  const own = lock ? [lockTokenKey, encodeUuid(tokenToUuid(lock.token))] : [];
  const pairs = [...sent.flatMap(({ key, value }) => [encodeSymbol(key), value]), ...own];
  return pairs.length > 0 ? [encodeDescribed(sectionCodes.deliveryAnnotations, encodeMap(pairs))] : [];
}

function brokerAnnotations(message: StoredMessage<MessagePayload>): MapEntry[] {
  const { sequenceNumber, enqueuedAt, lock, state, deadLetter, forwarded } = message;
  const source = deadLetter?.source;
  return [
    { key: "x-opt-sequence-number", value: encodeLong(sequenceNumber) },
    { key: "x-opt-enqueued-time", value: encodeTimestamp(enqueuedAt) },
    ...(state === "active" ? [] : [{ key: "x-opt-message-state", value: encodeInt(stateNumbers[state]) }]),
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
