import { Buffer } from "node:buffer";
import rhea from "rhea";
import {
  type ParsedBareMessage,
  propertyFields,
  sectionCodes,
  startOfBareMessage,
} from "../../domain/amqp/bare-message.ts";
import { requireBoundedValue } from "../../domain/amqp/bounded-value.ts";
import {
  encodedNull,
  encodeList,
  encodeMap,
  encodeSection,
  encodeSymbol,
  encodeValue,
} from "../../domain/amqp/encode-value.ts";
import { encodeProperty } from "../../domain/encode-bare-message.ts";
import type { PropertyValue } from "../../domain/message.ts";
import { parseOrKeep, textOf } from "../../domain/message-view.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { decodeHead } from "./decode-head.ts";

/*
 * The SDK decodes each message into values of JavaScript, which do not have all AMQP types, and encodes it from them again. Here the
 * bytes of the bare message pass by the SDK in both directions, so that a copy is the same as the original
 * (docs/internals/decisions/0038-bare-messages.md). The SDK still reads and writes the header and the annotations.
 *
 * Part: `message.encode` and `message.decode` of rhea, which the SDK calls for every message. Checked with the versions that
 * sdk-internals.ts names.
 */

/** On the annotations of a received message, because the SDK keeps these, or copies them with their symbols. */
const received = Symbol("bare message");

/** Bodies that are a whole bare message. */
const bareBodies = new WeakSet<object>();

const { decode, encode } = rhea.message;

type Message = ReturnType<typeof decode>;
let isInstalled = false;

/** Has rhea pass bare messages on, for all its connections in this process. Safe to repeat. */
export function passBareMessages(): void {
  if (isInstalled) return;
  isInstalled = true;
  Object.assign(rhea.message, { decode: decodeMessage, encode: encodeMessage });
}

/** The broker sets it on every message of a queue, and on no answer to a request. */
const sequenceNumber = "x-opt-sequence-number";

function decodeMessage(encoded: Buffer): Message {
  const start = startOf(encoded);
  if (start === 0) return decodeBounded(encoded);
  const before = encoded.subarray(0, start);
  const head = (decodeHead(before) as Message | undefined) ?? decodeBounded(before);
  const annotations = head.message_annotations;
  if (annotations?.[sequenceNumber] === undefined) return decodeBounded(encoded);
  const bare = encoded.subarray(start);
  const parsed = parseOrKeep(bare);
  Object.assign(annotations, { [received]: { bare, parsed } satisfies ReceivedMessage });
  const messageId = textOf(parsed.fields[propertyFields.messageId]) ?? "-";
  const sessionId = textOf(parsed.fields[propertyFields.groupId]);
  // The SDK settles a message of a session with its session id, and a deferred message only when it has some message id.
  return Object.assign(head, { message_id: messageId, ...(sessionId === undefined ? {} : { group_id: sessionId }) });
}

/** The SDK's decoder trusts what the bytes claim. */
function decodeBounded(encoded: Buffer): Message {
  for (let at = 0; at < encoded.length; ) at = requireBoundedValue(encoded, at);
  return decode(encoded);
}

function startOf(encoded: Buffer): number {
  try {
    return startOfBareMessage(encoded);
  } catch {
    return 0;
  }
}

export type ReceivedMessage = { readonly bare: Buffer; readonly parsed: ParsedBareMessage };

type Annotated = { readonly _rawAmqpMessage: { readonly messageAnnotations?: object } };

/** The bare message of a received or peeked message. */
export function receivedMessageOf({ _rawAmqpMessage }: Annotated): ReceivedMessage {
  const annotations: { readonly [received]?: ReceivedMessage } = _rawAmqpMessage.messageAnnotations ?? {};
  const found = annotations[received];
  if (found === undefined) throw new Error("the SDK returned a message without its bytes");
  return found;
}

/** A body for the SDK that stands for a whole bare message. The SDK sends it without a change. */
export function bareBody(bare: Uint8Array): Buffer {
  const body = Buffer.from(bare.buffer, bare.byteOffset, bare.byteLength);
  bareBodies.add(body);
  return body;
}

function encodeMessage(message: Message): Buffer {
  const content: unknown = message.body?.content;
  if (!Buffer.isBuffer(content) || !bareBodies.has(content)) return encode(message);
  const { ttl, message_annotations } = message as Head;
  const head = encodeHead({ ...omitUndefined({ ttl, message_annotations }) });
  return head.length === 0 ? content : Buffer.concat([head, content]);
}

type Head = { readonly ttl?: number; readonly message_annotations?: Readonly<Record<string, PropertyValue>> };

/** The sections before the bare message: header and message annotations (AMQP 1.0 part 3, 3.2.1 and 3.2.3). */
export function encodeHead({ ttl, message_annotations }: Head): Buffer {
  const annotations = Object.entries(message_annotations ?? {});
  return Buffer.concat([
    ttl === undefined
      ? Buffer.alloc(0)
      : encodeSection(
          sectionCodes.header,
          encodeList([encodedNull, encodedNull, encodeValue({ type: "uint", value: ttl })]),
        ),
    annotations.length === 0
      ? Buffer.alloc(0)
      : encodeSection(
          sectionCodes.messageAnnotations,
          encodeMap(annotations.flatMap(([name, value]) => [encodeSymbol(name), encodeProperty(value)])),
        ),
  ]);
}
