import { dateOffsetTicks, timespanTicks } from "./amqp/readable-value.ts";
import { parseInstant } from "./instant.ts";
import type { PropertyValue } from "./message.ts";

/** A value of an AMQP type that JavaScript does not have. Its text is canonical: `-5`, `0.1`, a UUID in lower case. */
export type TypedValue = { readonly type: TypeName; readonly value: string };

/** AMQP's integer types and their bits, signed ones first (AMQP 1.0 part 1, 1.6). */
const wholeNumbers = { byte: 8, short: 16, int: 32, long: 64, ubyte: 8, ushort: 16, uint: 32, ulong: 64 } as const;

export type TypeName =
  | keyof typeof wholeNumbers
  | ("float" | "double" | "uuid" | "char" | "symbol" | "timespan" | "datetime-offset" | "uri");

const isWhole = (type: TypeName): type is keyof typeof wholeNumbers => Object.hasOwn(wholeNumbers, type);

type Parse = (text: string) => PropertyValue | undefined;

const whole =
  (type: keyof typeof wholeNumbers): Parse =>
  (text) => {
    if (!/^-?\d{1,20}$/.test(text)) return undefined;
    const bits = wholeNumbers[type];
    const fits = (type.startsWith("u") ? BigInt.asUintN : BigInt.asIntN)(bits, BigInt(text)) === BigInt(text);
    return fits ? { type, value: String(BigInt(text)) } : undefined;
  };

const fraction =
  (type: "float" | "double"): Parse =>
  (text) => {
    if (/^(?:NaN|-?Infinity|-0)$/.test(text)) return { type, value: text };
    if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return undefined;
    const value = type === "float" ? Math.fround(Number(text)) : Number(text);
    return Number.isFinite(value) ? { type, value: Object.is(value, -0) ? "-0" : String(value) } : undefined;
  };

/** The bytes of base64 text; undefined when the text is not base64. */
export const fromBase64 = (text: string): Uint8Array | undefined =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? Buffer.from(text, "base64")
    : undefined;

const parsers = new Map<string, Parse>([
  ["string", (text) => text],
  ["bool", (text) => (text === "true" ? true : text === "false" ? false : undefined)],
  ...(Object.keys(wholeNumbers) as TypeName[]).filter(isWhole).map((type): [string, Parse] => [type, whole(type)]),
  ["float", fraction("float")],
  ["double", fraction("double")],
  ["datetime", parseInstant],
  ["binary", fromBase64],
  [
    "uuid",
    (text) =>
      /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
        ? { type: "uuid", value: text.toLowerCase() }
        : undefined,
  ],
  ["char", (text) => ([...text].length === 1 ? { type: "char", value: text } : undefined)],
  ["symbol", (text) => (/^[\x20-\x7e]*$/.test(text) ? { type: "symbol", value: text } : undefined)],
  // Types of the clients for .NET.
  ["timespan", (text) => (timespanTicks(text) === undefined ? undefined : { type: "timespan", value: text })],
  [
    "datetime-offset",
    (text) => (dateOffsetTicks(text) === undefined ? undefined : { type: "datetime-offset", value: text }),
  ],
  ["uri", (text) => (text === "" || /\s/.test(text) ? undefined : { type: "uri", value: text })],
]);

/** The names of all types, as `-p` and the message format accept them. */
const typeNames: readonly string[] = [...parsers.keys()];

/** Parses text as a value of the type. Throws an error that says what is wrong. */
export function parseTypedValue(type: string, text: string): PropertyValue {
  const parse = parsers.get(type);
  if (parse === undefined) throw new Error(`'${type}' is none of ${typeNames.join(", ")}.`);
  const value = parse(text);
  if (value === undefined) throw new Error(`'${text}' is no ${type}.`);
  return value;
}
