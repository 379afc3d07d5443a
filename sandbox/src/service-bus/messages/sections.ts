import { decodeValue, endOfValue, MalformedAmqp } from "./amqp-decode.ts";

/** Descriptor codes of the sections of a message (AMQP 1.0 §3.2). */
export const sectionCodes = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

/** One section as it came: all of its bytes, and those of its value. */
export type Section = { readonly code: number; readonly bytes: Buffer; readonly value: Buffer };

const symbolicCodes: Readonly<Record<string, number>> = {
  "amqp:header:list": sectionCodes.header,
  "amqp:delivery-annotations:map": sectionCodes.deliveryAnnotations,
  "amqp:message-annotations:map": sectionCodes.messageAnnotations,
  "amqp:properties:list": sectionCodes.properties,
  "amqp:application-properties:map": sectionCodes.applicationProperties,
  "amqp:data:binary": sectionCodes.data,
  "amqp:amqp-sequence:list": sectionCodes.sequence,
  "amqp:amqp-value:*": sectionCodes.value,
  "amqp:footer:map": sectionCodes.footer,
};

/** Splits an encoded message into its sections without decoding them. Throws `MalformedAmqp`. */
export function scanSections(message: Buffer): Section[] {
  const sections: Section[] = [];
  for (let at = 0; at < message.length; ) {
    if (message[at] !== 0) throw new MalformedAmqp("a message section has no descriptor");
    const valueStart = endOfValue(message, at + 1);
    const end = endOfValue(message, valueStart);
    const code = sectionCode(message.subarray(at + 1, valueStart));
    sections.push({ code, bytes: message.subarray(at, end), value: message.subarray(valueStart, end) });
    at = end;
  }
  return sections;
}

function sectionCode(descriptor: Buffer) {
  const value = decodeValue(descriptor);
  const code = typeof value === "string" && Object.hasOwn(symbolicCodes, value) ? symbolicCodes[value] : value;
  const number = typeof code === "bigint" ? Number(code) : code;
  if (typeof number !== "number" || number < sectionCodes.header || number > sectionCodes.footer)
    throw new MalformedAmqp("a message section has an unknown descriptor");
  return number;
}
