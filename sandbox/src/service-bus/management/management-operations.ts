import type { Queue } from "../../model.ts";
import {
  type Claimed,
  lockLost,
  messageNotFound,
  messageTooLarge,
  notAllowed,
  sessionLockLost,
} from "../amqp-errors.ts";
import type { BusConnection } from "../connection/bus-connection.ts";
import { sizeLimits } from "../connection/service-limits.ts";
import { settlementError } from "../links/receiver-link.ts";
import { storeMessages } from "../links/sender-link.ts";
import { applyOutcome, type Outcome } from "../links/settlement-outcome.ts";
import { MalformedAmqp, mapEntries } from "../messages/amqp-decode.ts";
import {
  encodeArray,
  encodeBinary,
  encodeLong,
  encodeNull,
  encodeTimestamp,
  encodeUuid,
} from "../messages/amqp-encode.ts";
import { tokenToUuid } from "../messages/lock-token.ts";
import { type MessagePayload, parseMessage, withoutBody } from "../messages/message-payload.ts";
import { renderMessage } from "../messages/render-message.ts";
import type { StoredMessage } from "../queues/stored-message.ts";
import type { SubQueue } from "../queues/sub-queue.ts";
import {
  entry,
  integer,
  lockTokens,
  messageList,
  type OperationResult,
  ok,
  type RequestBody,
  sequenceNumbers,
  text,
  value,
  values,
} from "./request-body.ts";
import { heldSession, sessionOperations } from "./session-operations.ts";

export type OperationContext = {
  readonly bus: BusConnection;
  readonly queue: Queue;
  readonly messages: SubQueue<MessagePayload>;
  readonly hasSessions: boolean;
  /** Name of the link that the request belongs to, if it names one. */
  readonly linkName: string | undefined;
  readonly body: RequestBody;
};

export type Operation = {
  readonly wanted: Claimed;
  /** Throws `MalformedAmqp` when the request lacks something. */
  readonly run: (context: OperationContext) => OperationResult;
};

/** By name (Service Bus AMQP request-response operations). */
export const managementOperations: Readonly<Record<string, Operation>> = {
  "com.microsoft:peek-message": { wanted: "Listen", run: peekMessages },
  "com.microsoft:renew-lock": { wanted: "Listen", run: renewLocks },
  "com.microsoft:receive-by-sequence-number": { wanted: "Listen", run: receiveDeferred },
  "com.microsoft:update-disposition": { wanted: "Listen", run: updateDisposition },
  "com.microsoft:schedule-message": { wanted: "Send", run: scheduleMessages },
  "com.microsoft:cancel-scheduled-message": { wanted: "Send", run: cancelScheduled },
  ...sessionOperations,
};

/** Service Bus returns no more messages than this for one peek, and often fewer, also where more follow (Azure/azure-sdk-for-net#17702). */
const mostPeeked = 250;

function peekMessages({ messages, body, bus, queue }: OperationContext): OperationResult {
  const start = integer(body, "from-sequence-number");
  const count = Math.min(integer(body, "message-count"), mostPeeked);
  const omitsBody = value(body, "omit-message-body") === true;
  const found = messages
    .peek(start, count, text(body, "session-id"))
    .map((message) => (omitsBody ? { ...message, payload: withoutBody(message.payload) } : message))
    .map((message) => renderMessage({ ...message, lock: undefined }));
  if (found.length === 0) return { status: 204, body: encodeNull() };
  const page = fitting(found, sizeLimits(bus.model, bus.host, queue.settings).batch);
  return messageList(page.map((encoded) => [entry("message", encodeBinary(encoded))]));
}

/** As many of the first messages as a reply holds, and one at least. */
function fitting(messages: readonly Buffer[], bytes: number): readonly Buffer[] {
  let size = 0;
  const excess = messages.findIndex(({ length }, index) => {
    size += length;
    return index > 0 && size > bytes;
  });
  return excess < 0 ? messages : messages.slice(0, excess);
}

function renewLocks({ messages, body, hasSessions }: OperationContext): OperationResult {
  if (hasSessions) return notAllowed("A message of a session has no lock of its own; renew the lock of the session.");
  const locks = lockTokens(body).map((token) => messages.renew(token));
  const ends = locks.map((lock) => lock?.until);
  if (!ends.every((until) => until !== undefined)) return lockLost;
  return ok([entry("expirations", encodeArray(0x83, ends.map(encodeTimestamp)))]);
}

function receiveDeferred(context: OperationContext): OperationResult {
  const { messages, body, hasSessions, bus } = context;
  const deletes = Number(value(body, "receiver-settle-mode") ?? 1) === 0;
  const session = hasSessions ? (text(body, "session-id") ?? "") : undefined;
  if (session !== undefined && !heldSession(context, session)) return sessionLockLost(bus.now());
  const found = messages.receiveDeferred(sequenceNumbers(body), deletes ? "receiveAndDelete" : "peekLock", session);
  if (!found) return messageNotFound;
  return messageList(found.map((message) => [...lockEntry(message), entry("message", rendered(message))]));
}

const rendered = (message: StoredMessage<MessagePayload>) => encodeBinary(renderMessage(message));

const lockEntry = ({ lock }: StoredMessage<MessagePayload>) =>
  lock ? [entry("lock-token", encodeUuid(tokenToUuid(lock.token)))] : [];

function updateDisposition({ messages, body, hasSessions, bus }: OperationContext): OperationResult {
  const outcome = readOutcome(body);
  for (const token of lockTokens(body)) {
    const error = settlementError(applyOutcome(messages, token, outcome), hasSessions, bus.now());
    if (error) return error;
  }
  return ok([]);
}

function readOutcome(body: RequestBody): Outcome {
  const properties = body.find(({ key }) => key === "properties-to-modify")?.value;
  const changes = properties ? mapEntries(properties) : [];
  const status = value(body, "disposition-status");
  switch (status) {
    case "completed":
      return { kind: "complete" };
    case "abandoned":
      return { kind: "abandon", changes };
    case "defered":
      return { kind: "defer", changes };
    case "suspended":
      return {
        kind: "deadLetter",
        cause: { reason: text(body, "deadletter-reason"), description: text(body, "deadletter-description") },
        changes,
      };
    default:
      throw new MalformedAmqp(`there is no disposition status '${status}'`);
  }
}

function scheduleMessages({ bus, queue, body }: OperationContext): OperationResult {
  const encoded = values(body, "messages").map((message) => {
    const content = message instanceof Map ? message.get("message") : undefined;
    if (!Buffer.isBuffer(content)) throw new MalformedAmqp("a message is missing");
    return content;
  });
  const limit = sizeLimits(bus.model, bus.host, queue.settings).message;
  const tooLarge = encoded.find(({ length }) => length > limit);
  if (tooLarge) return messageTooLarge(tooLarge.length, limit);
  const stored = storeMessages(bus, queue, () => encoded.map(parseMessage));
  if ("condition" in stored) return stored;
  return ok([entry("sequence-numbers", encodeArray(0x81, stored.sequenceNumbers.map(encodeLong)))]);
}

function cancelScheduled({ messages, body }: OperationContext): OperationResult {
  return messages.cancelScheduled(sequenceNumbers(body)) ? ok([]) : messageNotFound;
}
