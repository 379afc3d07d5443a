import stringWidth from "fast-string-width";
import { readableValue } from "../../lib/domain/amqp/readable-value.ts";
import { messageAsSent } from "../../lib/domain/dead-letter-record.ts";
import { isJson } from "../../lib/domain/json-text.ts";
import type { Incoming } from "../../lib/domain/message.ts";
import { textOfBody } from "../../lib/domain/message-body.ts";
import { plainLine, plainText } from "../../lib/domain/plain-text.ts";
import { formatSpan } from "../../lib/domain/readable-units.ts";
import { safeJson } from "../../lib/domain/safe-json.ts";
import type { BodyMode } from "./browse-state.ts";
import { hexLines, indentJson, indentXml } from "./format-body.ts";

export type MessageLineKind = "heading" | "field" | "failure" | "body";
export type ShownLine = { readonly kind: MessageLineKind; readonly text: string };

/** A person does not read more in a terminal. The rest is exported. */
const longestShown = 256 * 1024;

/** One message as lines that fit: what the system knows of it, its properties with their types, and its body. */
export function messageLines(message: Incoming, mode: BodyMode, columns: number): readonly ShownLine[] {
  const cached = last;
  if (cached?.message === message && cached.mode === mode && cached.columns === columns) return cached.lines;
  const lines = [
    ...deadLetterLines(message, columns),
    ...fieldLines("System", systemFields(message), columns),
    // Why a message was dead-lettered is shown once.
    ...fieldLines("Properties", propertiesOf(messageAsSent(message)), columns),
    ...bodyLines(message, mode, columns),
  ];
  last = { message, mode, columns, lines };
  return lines;
}

/** The screen is drawn for each key, and a body can be long. */
let last:
  | {
      readonly message: Incoming;
      readonly mode: BodyMode;
      readonly columns: number;
      readonly lines: readonly ShownLine[];
    }
  | undefined;

type Field = readonly [name: string, value: string];

function deadLetterLines(message: Incoming, columns: number): readonly ShownLine[] {
  const { deadLetterReason: reason, deadLetterErrorDescription: description, deadLetterSource: source } = message;
  if (reason === undefined && description === undefined && source === undefined) return [];
  const fields = present({ reason, description, "from queue": source });
  const [heading, ...rest] = fieldLines("Dead letter", fields, columns);
  return [...(heading ? [heading] : []), ...rest.map((line) => ({ ...line, kind: lineKind(line, "failure") }))];
}

const lineKind = ({ kind, text }: ShownLine, other: MessageLineKind) =>
  kind === "field" && text !== "" ? other : kind;

const withType = (id: string | undefined, type: string | undefined) =>
  id === undefined || type === undefined ? id : `${id} (${type})`;

function systemFields(message: Incoming): readonly Field[] {
  const { enqueuedAt, expiresAt, scheduledAt, timeToLive, state } = message;
  return present({
    "sequence number": String(message.sequenceNumber),
    "message id": withType(message.messageId, message.messageIdType),
    "correlation id": withType(message.correlationId, message.correlationIdType),
    subject: message.subject,
    "content type": message.contentType,
    "content encoding": message.contentEncoding,
    "session id": message.sessionId,
    "reply to": message.replyTo,
    "reply to session": message.replyToSessionId,
    to: message.to,
    "partition key": message.partitionKey,
    state: state === "active" ? undefined : state,
    "enqueued at": enqueuedAt.toISOString(),
    "scheduled for": scheduledAt?.toISOString(),
    "expires at": expiresAt?.toISOString(),
    "time to live": timeToLive === undefined ? undefined : spanText(timeToLive),
    deliveries: String(message.deliveryCount),
  });
}

const spanText = (milliseconds: number) =>
  milliseconds < 3_600_000 ? formatSpan(milliseconds) : longSpan(milliseconds);

function longSpan(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

const present = (fields: Readonly<Record<string, string | undefined>>): readonly Field[] =>
  Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, plainLine(value)] as const]));

const propertiesOf = ({ parsed }: Incoming): readonly Field[] =>
  parsed.applicationProperties.map(([name, value]) => {
    const { json, type = value.type } = readableValue(value);
    return [plainLine(name), `${typeof json === "string" ? plainLine(json) : safeJson(json)}  (${type})`];
  });

function fieldLines(heading: string, fields: readonly Field[], columns: number): readonly ShownLine[] {
  if (fields.length === 0) return [];
  const width = Math.min(Math.max(...fields.map(([name]) => stringWidth(name))), Math.floor(columns / 3));
  return [
    { kind: "heading", text: heading },
    ...fields.flatMap(([name, value]) => {
      const label = `  ${name}${" ".repeat(Math.max(0, width - stringWidth(name)))}  `;
      const left = width + 4;
      const [first = "", ...rest] = breakLine(value, columns - left);
      const lines =
        stringWidth(label) > left
          ? [...breakLine(label.trimEnd(), columns), ...[first, ...rest].map((line) => " ".repeat(left) + line)]
          : [label + first, ...rest.map((line) => " ".repeat(left) + line)];
      return lines.map((text) => ({ kind: "field" as const, text }));
    }),
    { kind: "field", text: "" },
  ];
}

function bodyLines(message: Incoming, mode: BodyMode, columns: number): readonly ShownLine[] {
  const { form, lines } = bodyOf(message, mode);
  const { length } = message.body;
  const rest = length > longestShown ? `; ${length - longestShown} more bytes are not shown` : "";
  const heading = {
    kind: "heading" as const,
    text: `Body (${form}, ${length} ${length === 1 ? "byte" : "bytes"}${rest})`,
  };
  return [
    heading,
    ...lines.flatMap((line) => breakLine(line, columns)).map((text) => ({ kind: "body" as const, text })),
  ];
}

function bodyOf(message: Incoming, mode: BodyMode): { readonly form: string; readonly lines: readonly string[] } {
  const isCut = message.body.length > longestShown;
  const body = isCut ? message.body.subarray(0, longestShown) : message.body;
  const text = isCut ? new TextDecoder().decode(body) : textOfBody(message);
  if (mode === "hex" || text === undefined) return { form: "hex", lines: hexLines(body) };
  if (mode === "raw" || isCut) return { form: "raw", lines: linesOf(text) };
  if (isJson(text)) return { form: "JSON", lines: linesOf(indentJson(text)) };
  const xml = indentXml(text);
  return xml === undefined ? { form: "text", lines: linesOf(text) } : { form: "XML", lines: linesOf(xml) };
}

const linesOf = (text: string): readonly string[] =>
  plainText(text.replaceAll("\r\n", "\n")).replaceAll("\t", "    ").split("\n");

/** Pieces of a line that are no wider than the screen. Each character stays, so that nothing of a body is lost. */
export function breakLine(text: string, columns: number): readonly string[] {
  const room = Math.max(1, columns);
  if (stringWidth(text) <= room) return [text];
  const lines: string[] = [];
  let line = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const one = stringWidth(segment);
    if (width + one > room && line !== "") {
      lines.push(line);
      [line, width] = ["", 0];
    }
    line += segment;
    width += one;
  }
  return [...lines, line];
}
