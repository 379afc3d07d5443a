import type { JsonValue } from "../json-value.ts";
import type { AmqpValue } from "./amqp-value.ts";
import { decimalText } from "./decimal-text.ts";
import { typeOfNumber } from "./encode-value.ts";

/** A value for a reader, with its type where the JSON alone does not imply it. */
export type ReadableValue = { readonly json: JsonValue; readonly type?: string };

/** Ticks of .NET: 100 nanoseconds. */
const ticksPerSecond = 10_000_000n;
/** Ticks between 0001-01-01, where .NET starts to count, and 1970-01-01. */
const ticksTo1970 = 621_355_968_000_000_000n;

/** Described types of the clients for .NET (Azure SDK for .NET, AmqpMessageConstants). */
export const dotnetTypes = {
  "com.microsoft:timespan": "timespan",
  "com.microsoft:uri": "uri",
  "com.microsoft:datetime-offset": "datetime-offset",
} as const;

export function readableValue(amqp: AmqpValue): ReadableValue {
  const { type, value } = amqp;
  switch (type) {
    case "null":
    case "boolean":
    case "string":
      return { json: value };
    case "float":
    case "double":
      return { json: numberJson(value), ...typeUnlessImplied(type, value) };
    case "ubyte":
    case "ushort":
    case "uint":
    case "ulong":
    case "byte":
    case "short":
    case "int":
    case "long":
      return typeof value === "bigint"
        ? { json: String(value), type }
        : { json: value, ...typeUnlessImplied(type, value) };
    case "timestamp":
      return timestamp(value);
    case "decimal32":
    case "decimal64":
    case "decimal128":
      return { json: decimalText(value), type };
    case "binary":
      return { json: value.toString("base64"), type };
    case "char":
    case "uuid":
    case "symbol":
      return { json: value, type };
    case "list":
    case "array":
      return { json: value.map((inner) => readableValue(inner).json), type };
    case "map":
      return { json: Object.fromEntries(value.map(([key, inner]) => [keyText(key), readableValue(inner).json])), type };
    case "described":
      return described(amqp.descriptor, value);
  }
}

/** A double that JSON cannot represent is text, and so is the negative zero. */
const numberJson = (value: number): JsonValue => {
  if (Object.is(value, -0)) return "-0";
  const isPlain = Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
  return isPlain ? value : String(value);
};

const typeUnlessImplied = (type: string, value: number) => {
  const isImplied = typeof numberJson(value) === "number" && typeOfNumber(value) === type;
  return isImplied ? {} : { type };
};

/** JavaScript's dates end at ±8.64e15 ms. */
function timestamp(value: number | bigint): ReadableValue {
  const date = new Date(Number(value));
  return Number.isNaN(date.getTime()) || typeof value === "bigint"
    ? { json: String(value), type: "timestamp" }
    : { json: date.toISOString(), type: "datetime" };
}

const keyText = (key: AmqpValue): string => {
  const { json } = readableValue(key);
  return typeof json === "string" ? json : JSON.stringify(json);
};

function described(descriptor: AmqpValue, value: AmqpValue): ReadableValue {
  const name = keyText(descriptor);
  const type = Object.hasOwn(dotnetTypes, name) ? dotnetTypes[name as keyof typeof dotnetTypes] : undefined;
  if (type === "uri" && value.type === "string") return { json: value.value, type };
  if (type !== undefined && value.type === "long") {
    const text = (type === "timespan" ? timespanText : dateOffsetText)(BigInt(value.value));
    if (text !== undefined) return { json: text, type };
  }
  return { json: readableValue(value).json, type: name };
}

/** .NET's constant format: `[-][d.]hh:mm:ss[.fffffff]`. */
function timespanText(ticks: bigint): string {
  const [sign, positive] = ticks < 0n ? ["-", -ticks] : ["", ticks];
  const seconds = positive / ticksPerSecond;
  const fraction = positive % ticksPerSecond;
  const two = (part: bigint) => String(part).padStart(2, "0");
  const days = seconds / 86_400n;
  const clock = [(seconds / 3600n) % 24n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(":");
  const end = fraction === 0n ? "" : `.${String(fraction).padStart(7, "0")}`;
  return `${sign}${days === 0n ? "" : `${days}.`}${clock}${end}`;
}

/** UTC ticks since 0001-01-01. The offset itself is not in the message. */
function dateOffsetText(ticks: bigint): string | undefined {
  const since1970 = ticks - ticksTo1970;
  const fraction = ((since1970 % ticksPerSecond) + ticksPerSecond) % ticksPerSecond;
  const date = new Date(Number((since1970 - fraction) / ticksPerSecond) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return date.toISOString().replace(/\.\d+Z$/, fraction === 0n ? "Z" : `.${String(fraction).padStart(7, "0")}Z`);
}

/** The ticks of a time span in .NET's constant format; undefined when the text has another format. */
export function timespanTicks(text: string): bigint | undefined {
  const found = /^(-)?(?:(\d{1,8})\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?$/.exec(text);
  if (found === null) return undefined;
  const [, sign, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = ""] = found;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const ticks = whole * ticksPerSecond + BigInt(fraction.padEnd(7, "0"));
  const signed = sign === "-" ? -ticks : ticks;
  return BigInt.asIntN(64, signed) === signed ? signed : undefined;
}

/** The UTC ticks of a time; undefined when it is not a valid time with its zone. */
export function dateOffsetTicks(text: string): bigint | undefined {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7}))?(Z|[-+]\d\d:\d\d)$/.exec(text);
  const [, time, fraction = "", zone] = found ?? [];
  const milliseconds = Date.parse(`${time}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 10_000n + BigInt(fraction.padEnd(7, "0")) + ticksTo1970;
}
