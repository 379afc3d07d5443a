import { decodeValue, endOfValue, listElements, type MapEntry, mapEntries } from "../messages/amqp-decode.ts";
import { type MessagePayload, withApplicationProperties } from "../messages/message-payload.ts";
import type { DeadLetter } from "../queues/stored-message.ts";
import type { Settlement, SubQueue } from "../queues/sub-queue.ts";

/** The settlement that a receiver asks for; `changes` are application properties to set. */
export type Outcome =
  | { readonly kind: "complete" }
  | { readonly kind: "release" }
  | { readonly kind: "abandon" | "defer"; readonly changes: readonly MapEntry[] }
  | { readonly kind: "deadLetter"; readonly cause: DeadLetter; readonly changes: readonly MapEntry[] };

/** Reads a delivery state (AMQP 1.0 §3.4) as Service Bus understands it. Throws `MalformedAmqp`. */
export function readOutcome(encoded: Buffer): Outcome {
  const { code, value } = described(encoded);
  const fields = listElements(value);
  switch (code) {
    case 0x24:
      return { kind: "complete" };
    case 0x25:
      return readRejection(fields[0]);
    case 0x27: {
      const undeliverableHere = fields[1] !== undefined && decodeValue(fields[1]) === true;
      return { kind: undeliverableHere ? "defer" : "abandon", changes: entries(fields[2]) };
    }
    default:
      return { kind: "release" };
  }
}

/** The descriptor of a delivery state (AMQP 1.0 §3.4): 0x24 accepted, 0x25 rejected, 0x26 released, 0x27 modified. */
export const codeOf = (encoded: Buffer): number => described(encoded).code;

export function applyOutcome(messages: SubQueue<MessagePayload>, token: string, outcome: Outcome): Settlement {
  switch (outcome.kind) {
    case "complete":
      return messages.complete(token);
    case "release":
      return messages.release(token);
    case "abandon":
      return messages.abandon(token, change(outcome.changes));
    case "defer":
      return messages.defer(token, change(outcome.changes));
    case "deadLetter":
      return messages.deadLetter(token, outcome.cause, change(outcome.changes));
  }
}

const change = (changes: readonly MapEntry[]) => (payload: MessagePayload) =>
  withApplicationProperties(payload, changes);

/** Reason, description and further properties are in the error's info map; another client may only have the error. */
function readRejection(error: Buffer | undefined): Outcome {
  const [condition, description, info] = error && error[0] === 0 ? listElements(described(error).value) : [];
  const found = entries(info);
  const named = (name: string) => text(found.find(({ key }) => key === name)?.value);
  const isOwn = text(condition) === "com.microsoft:dead-letter";
  return {
    kind: "deadLetter",
    cause: {
      reason: named("DeadLetterReason") ?? (isOwn ? undefined : text(condition)),
      description: named("DeadLetterErrorDescription") ?? text(description),
    },
    changes: found.filter(({ key }) => key !== "DeadLetterReason" && key !== "DeadLetterErrorDescription"),
  };
}

function described(encoded: Buffer) {
  const start = endOfValue(encoded, 1);
  const descriptor = decodeValue(encoded.subarray(1, start));
  return { code: Number(descriptor), value: encoded.subarray(start) };
}

const isNull = (value: Buffer) => value[0] === 0x40;
const entries = (map: Buffer | undefined) => (map === undefined || isNull(map) ? [] : mapEntries(map));

function text(encoded: Buffer | undefined) {
  const value = encoded && decodeValue(encoded);
  return typeof value === "string" ? value : undefined;
}
