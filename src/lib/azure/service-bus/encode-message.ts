import { Buffer } from "node:buffer";
import type { ServiceBusMessage } from "@azure/service-bus";
import rhea from "rhea";
import type { Outgoing, PropertyValue } from "../../domain/message.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import type { TypedValue } from "../../domain/typed-value.ts";

type Properties = NonNullable<ServiceBusMessage["applicationProperties"]>;

/** The SDK sends a Buffer unchanged, in one data section; it would convert any other body to JSON. */
export function encodeMessage({ body, properties, scheduledAt, ...fields }: Outgoing): ServiceBusMessage {
  const entries = Object.entries(properties ?? {}).map(([name, value]) => [name, amqpValue(value)] as const);
  return {
    ...fields,
    body: Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    ...omitUndefined({ scheduledEnqueueTimeUtc: scheduledAt }),
    // The SDK passes properties on unchanged; its AMQP library also encodes binary and its own typed values.
    ...(properties === undefined ? {} : { applicationProperties: Object.fromEntries(entries) as Properties }),
  };
}

/** Bytes of the message as the SDK's sender encodes it. */
export function encodedSize(message: Outgoing): number {
  const { body, applicationProperties, partitionKey, scheduledEnqueueTimeUtc, ...fields } = encodeMessage(message);
  const now = new Date();
  return rhea.message.encode({
    body: rhea.message.data_section(body),
    // Left out where undefined, as in the SDK.
    ...omitUndefined({
      message_id: fields.messageId,
      correlation_id: fields.correlationId,
      group_id: fields.sessionId,
      reply_to: fields.replyTo,
      reply_to_group_id: fields.replyToSessionId,
      to: fields.to,
      subject: fields.subject,
      content_type: fields.contentType,
      application_properties: applicationProperties,
    }),
    message_annotations: omitUndefined({
      "x-opt-partition-key": partitionKey,
      "x-opt-scheduled-enqueue-time": scheduledEnqueueTimeUtc,
    }),
    ...(fields.timeToLive === undefined
      ? {}
      : { ttl: fields.timeToLive, creation_time: now, absolute_expiry_time: now }),
  }).length;
}

const amqpValue = (value: PropertyValue): unknown => {
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof Uint8Array) return value;
  return amqpTypedValue(value);
};

const { types } = rhea;

/** rhea's value of this AMQP type. */
function amqpTypedValue({ type, value }: TypedValue): unknown {
  switch (type) {
    case "byte":
      return types.wrap_byte(Number(value));
    case "ubyte":
      return types.wrap_ubyte(Number(value));
    case "short":
      return types.wrap_short(Number(value));
    case "ushort":
      return types.wrap_ushort(Number(value));
    case "int":
      return types.wrap_int(Number(value));
    case "uint":
      return types.wrap_uint(Number(value));
    case "long":
      return types.wrap_long(eightBytes((bytes) => bytes.writeBigInt64BE(BigInt(value))));
    case "ulong":
      return types.wrap_ulong(eightBytes((bytes) => bytes.writeBigUInt64BE(BigInt(value))));
    case "float":
      return types.wrap_float(Number(value));
    case "double":
      return types.wrap_double(Number(value));
    case "uuid":
      return types.wrap_uuid(Buffer.from(value.replaceAll("-", ""), "hex"));
  }
}

function eightBytes(write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(8);
  write(bytes);
  return bytes;
}
