import type { Queue } from "../model.ts";
import { type AmqpValue, decodeValue, MalformedAmqp, type MapEntry, mapEntries } from "./amqp-decode.ts";
import {
  encodeArray,
  encodeBinary,
  encodeList,
  encodeLong,
  encodeMap,
  encodeNull,
  encodeString,
  encodeTimestamp,
  encodeUuid,
} from "./amqp-encode.ts";
import type { BusConnection } from "./bus-connection.ts";
import { type AmqpError, type Claimed, lockLost, messageNotFound, messageTooLarge } from "./errors.ts";
import { tokenToUuid, uuidToToken } from "./lock-token.ts";
import { type MessagePayload, parseMessage } from "./message-payload.ts";
import { applyOutcome, type Outcome } from "./outcome.ts";
import { settlementError } from "./receiver-link.ts";
import { renderMessage } from "./render-message.ts";
import { storeMessages } from "./sender-link.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { SubQueue } from "./sub-queue.ts";

export type OperationResult = { readonly status: 200 | 204; readonly body: Buffer } | AmqpError;

export type OperationContext = {
  readonly bus: BusConnection;
  readonly queue: Queue;
  readonly messages: SubQueue<MessagePayload>;
  readonly body: readonly MapEntry[];
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
};

/** Service Bus returns no more messages than this for one peek. */
const mostPeeked = 250;

function peekMessages({ queue, messages, body }: OperationContext): OperationResult {
  const start = integer(body, "from-sequence-number");
  const count = Math.min(integer(body, "message-count"), mostPeeked);
  const found = messages
    .peek(start, count)
    .map((message) => renderMessage({ ...message, lock: undefined }, queue.name));
  if (found.length === 0) return { status: 204, body: encodeNull() };
  return messageList(found.map((encoded) => [entry("message", encodeBinary(encoded))]));
}

function renewLocks({ messages, body }: OperationContext): OperationResult {
  const locks = lockTokens(body).map((token) => messages.renew(token));
  const ends = locks.map((lock) => lock?.until);
  if (!ends.every((until) => until !== undefined)) return lockLost;
  return ok([entry("expirations", encodeArray(0x83, ends.map(encodeTimestamp)))]);
}

function receiveDeferred({ queue, messages, body }: OperationContext): OperationResult {
  const deletes = Number(value(body, "receiver-settle-mode") ?? 1) === 0;
  const found = messages.receiveDeferred(sequenceNumbers(body), deletes ? "receiveAndDelete" : "peekLock");
  if (!found) return messageNotFound;
  return messageList(found.map((message) => [...lockEntry(message), entry("message", rendered(message, queue))]));
}

const rendered = (message: StoredMessage<MessagePayload>, queue: Queue) =>
  encodeBinary(renderMessage(message, queue.name));

const lockEntry = ({ lock }: StoredMessage<MessagePayload>) =>
  lock ? [entry("lock-token", encodeUuid(tokenToUuid(lock.token)))] : [];

function updateDisposition({ messages, body }: OperationContext): OperationResult {
  const outcome = readOutcome(body);
  for (const token of lockTokens(body)) {
    const error = settlementError(applyOutcome(messages, token, outcome));
    if (error) return error;
  }
  return ok([]);
}

function readOutcome(body: readonly MapEntry[]): Outcome {
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
  const limit = queue.settings.maxMessageBytes;
  const tooLarge = encoded.find(({ length }) => length > limit);
  if (tooLarge) return messageTooLarge(tooLarge.length, limit);
  const stored = storeMessages(bus, queue, () => encoded.map(parseMessage));
  if ("condition" in stored) return stored;
  return ok([entry("sequence-numbers", encodeArray(0x81, stored.sequenceNumbers.map(encodeLong)))]);
}

function cancelScheduled({ messages, body }: OperationContext): OperationResult {
  return messages.cancelScheduled(sequenceNumbers(body)) ? ok([]) : messageNotFound;
}

const entry = (key: string, encoded: Buffer): MapEntry => ({ key, value: encoded });

const encodeEntries = (entries: readonly MapEntry[]) =>
  encodeMap(entries.flatMap(({ key, value }) => [encodeString(key), value]));

const ok = (entries: readonly MapEntry[]): OperationResult => ({ status: 200, body: encodeEntries(entries) });

const messageList = (messages: readonly (readonly MapEntry[])[]) =>
  ok([entry("messages", encodeList(messages.map(encodeEntries)))]);

function value(body: readonly MapEntry[], name: string): AmqpValue | undefined {
  const found = body.find(({ key }) => key === name);
  return found && decodeValue(found.value);
}

function integer(body: readonly MapEntry[], name: string) {
  const found = Number(value(body, name));
  if (!Number.isSafeInteger(found)) throw new MalformedAmqp(`${name} is not an integer`);
  return found;
}

function text(body: readonly MapEntry[], name: string) {
  const found = value(body, name);
  return typeof found === "string" ? found : undefined;
}

function values(body: readonly MapEntry[], name: string): AmqpValue[] {
  const found = value(body, name);
  if (!Array.isArray(found)) throw new MalformedAmqp(`${name} is not a list`);
  return found;
}

const sequenceNumbers = (body: readonly MapEntry[]) => values(body, "sequence-numbers").map(Number);

const lockTokens = (body: readonly MapEntry[]) =>
  values(body, "lock-tokens").map((token) => {
    if (!Buffer.isBuffer(token) || token.length !== 16) throw new MalformedAmqp("a lock token is not a UUID");
    return uuidToToken(token);
  });
