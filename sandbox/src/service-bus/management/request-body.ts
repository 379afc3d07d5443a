import type { AmqpError } from "../amqp-errors.ts";
import { type AmqpValue, decodeValue, MalformedAmqp, type MapEntry } from "../messages/amqp-decode.ts";
import { encodeList, encodeMap, encodeString } from "../messages/amqp-encode.ts";
import { uuidToToken } from "../messages/lock-token.ts";

/** The maps in the bodies of requests and replies. Readers throw `MalformedAmqp` when something is missing. */
export type RequestBody = readonly MapEntry[];

export type OperationResult = { readonly status: 200 | 204; readonly body: Buffer } | AmqpError;

export const entry = (key: string, encoded: Buffer): MapEntry => ({ key, value: encoded });

const encodeEntries = (entries: RequestBody) =>
  encodeMap(entries.flatMap(({ key, value }) => [encodeString(key), value]));

export const ok = (entries: RequestBody): OperationResult => ({ status: 200, body: encodeEntries(entries) });

export const messageList = (messages: readonly RequestBody[]): OperationResult =>
  ok([entry("messages", encodeList(messages.map(encodeEntries)))]);

export function value(body: RequestBody, name: string): AmqpValue | undefined {
  const found = body.find(({ key }) => key === name);
  return found && decodeValue(found.value);
}

export function integer(body: RequestBody, name: string): number {
  const found = Number(value(body, name));
  if (!Number.isSafeInteger(found)) throw new MalformedAmqp(`${name} is not an integer`);
  return found;
}

export function text(body: RequestBody, name: string): string | undefined {
  const found = value(body, name);
  return typeof found === "string" ? found : undefined;
}

export function values(body: RequestBody, name: string): AmqpValue[] {
  const found = value(body, name);
  if (!Array.isArray(found)) throw new MalformedAmqp(`${name} is not a list`);
  return found;
}

export const sequenceNumbers = (body: RequestBody): number[] => values(body, "sequence-numbers").map(Number);

export const lockTokens = (body: RequestBody): string[] =>
  values(body, "lock-tokens").map((token) => {
    if (!Buffer.isBuffer(token) || token.length !== 16) throw new MalformedAmqp("a lock token is not a UUID");
    return uuidToToken(token);
  });
