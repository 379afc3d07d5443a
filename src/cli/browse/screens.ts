import stringWidth from "fast-string-width";
import { type QueueRole, queueOf } from "../../lib/domain/customer.ts";
import type { Incoming } from "../../lib/domain/message.ts";
import { textOfBody } from "../../lib/domain/message-body.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { formatCount } from "../../lib/domain/readable-units.ts";
import { statusOutcome } from "../../lib/domain/status-fields.ts";
import type { CustomerState, QueueState } from "../../lib/status/customer-state.ts";
import { toAscii } from "../output/ascii.ts";
import { clipText } from "../output/clip-text.ts";
import { formatTime } from "../output/format-time.ts";
import { sparkline } from "../output/sparkline.ts";
import type { Style } from "../output/style.ts";
import { wrapText } from "../output/wrap-text.ts";
import { depthCell, noRole, oldestCell, signs } from "../status-board/board-cells.ts";
import {
  type BrowseState,
  type CustomerLine,
  type Messages,
  type Place,
  type Prompt,
  placesOf,
  topScreen,
} from "./browse-state.ts";
import { helpLines } from "./help-lines.ts";
import { breakLine, messageLines } from "./message-lines.ts";
import { bodyHeight, filteredCustomers } from "./reduce.ts";

/** One screen as lines that fit into the terminal, from the top to the bottom. */
export type Frame = {
  readonly title: string;
  readonly heading: string;
  readonly body: readonly string[];
  readonly notice: readonly string[];
  readonly keys: string;
};

type Paint = (text: string) => string;
/** One cell: foreign text is escaped, and there is no colour in it yet. */
type Cell = { readonly text: string; readonly paint?: Paint };

const plain: Paint = (text) => text;

export function frameOf(state: BrowseState, style: Style): Frame {
  const { columns } = state;
  const clip = (text: string, room = columns) => fitText(text, room, state.isAscii);
  const { heading, rows, first } = bodyOf(state, style, clip);
  const height = bodyHeight(state);
  const notice = noticeLines(state, style);
  const room = Math.max(1, height - (notice.length - noticeHeight));
  const body = rows.slice(first, first + room);
  return {
    title: titleLine(state, style, clip),
    heading: style.dim(clip(heading)),
    body: [...body, ...Array.from({ length: room - body.length }, () => "")],
    notice,
    keys: keyLine(state, style, clip),
  };
}

type Clip = (text: string, room?: number) => string;

/** No wider than the room, in signs that the terminal has. */
export function fitText(text: string, room: number, isAscii: boolean): string {
  if (!isAscii) return clipText(text, room);
  const ascii = toAscii(text);
  return stringWidth(ascii) <= room ? ascii : toAscii(clipText(ascii, Math.max(1, room - 2)));
}

type Body = { readonly heading: string; readonly rows: readonly string[]; readonly first: number };

function bodyOf(state: BrowseState, style: Style, clip: Clip): Body {
  const top = topScreen(state);
  switch (top.type) {
    case "customers":
      return tableBody(state, customerTable(filteredCustomers(state), style), {
        ...{ selected: top.selected, style, clip, empty: emptyCustomers(state) },
      });
    case "queues":
      return queuesBody(state, top, { style, clip });
    case "messages":
      return tableBody(state, messageTable(top.list, style), {
        ...{ selected: top.selected, style, clip, empty: emptyMessages(top.list) },
      });
    case "message": {
      const { bold, red, dim } = style;
      const paints = { heading: bold, field: plain, failure: red, body: plain };
      const lines = messageLines(top.message, top.mode, state.columns);
      const last = Math.min(lines.length, top.top + bodyHeight(state));
      return {
        heading: `lines ${top.top + 1} to ${last} of ${lines.length}`,
        rows: lines.map(({ kind, text }) => (text === "" ? dim("") : paints[kind](clip(text)))),
        first: top.top,
      };
    }
    case "help": {
      const lines = helpLines(state).map(({ keys, text }) =>
        clip(keys === undefined ? text : `  ${keys.padEnd(14)}  ${text}`),
      );
      const last = Math.min(lines.length, top.top + bodyHeight(state));
      const part = last - top.top === lines.length ? "" : `, lines ${top.top + 1} to ${last} of ${lines.length}`;
      return { heading: `keys${part}`, rows: lines, first: top.top };
    }
  }
}

type Table = {
  readonly headings: readonly string[];
  /** The column that is shortened where there is no room. */
  readonly flexible: number;
  readonly rows: readonly (readonly Cell[])[];
  readonly marked?: ReadonlySet<number>;
};

type TableView = { readonly selected: number; readonly style: Style; readonly clip: Clip; readonly empty: string };

const gap = 2;

/** The selected row has a sign, because colour alone would not show without colour. */
function tableBody(state: BrowseState, table: Table, { selected, style, clip, empty }: TableView): Body {
  const height = bodyHeight(state);
  const { headings, flexible, rows, marked } = table;
  const first = Math.max(0, Math.min(selected - Math.floor(height / 2), rows.length - height));
  const shown = rows.slice(first, first + height);
  const all = [headings.map((text): Cell => ({ text })), ...shown].map((row) =>
    row.map(({ text, paint = plain }) => ({ text: state.isAscii ? toAscii(text) : text, paint })),
  );
  const widths = headings.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column]?.text ?? ""))));
  const others = widths.reduce((total, width, column) => (column === flexible ? total : total + width + gap), 0);
  widths[flexible] = Math.max(4, Math.min(widths[flexible] ?? 0, state.columns - others - 3));
  const lines = all.map((row) => rowText(row, widths, clip, state.columns - 3));
  const [heading = "", ...body] = lines;
  const text = (line: string, index: number) => {
    const at = first + index;
    const sign = marked?.has(at) ? "*" : " ";
    return at === selected ? style.bold(`> ${sign}`) + line : `  ${sign}${line}`;
  };
  return {
    heading: `   ${headingText(heading)}`,
    rows: body.length === 0 ? [style.dim(clip(`   ${empty}`))] : body.map(text),
    first: 0,
  };
}

const headingText = (line: string) => line.trimEnd();

function rowText(
  row: readonly { readonly text: string; readonly paint: Paint }[],
  widths: readonly number[],
  clip: Clip,
  room: number,
): string {
  let left = room;
  const parts: string[] = [];
  for (const [column, { text, paint }] of row.entries()) {
    if (left <= 0) break;
    const isLast = column === row.length - 1;
    const clipped = clip(text, Math.min(widths[column] ?? 0, left));
    const padding = isLast ? 0 : Math.min(left, (widths[column] ?? 0) + gap) - stringWidth(clipped);
    parts.push(paint(clipped) + " ".repeat(Math.max(0, padding)));
    left -= stringWidth(clipped) + Math.max(0, padding);
  }
  return parts.join("").trimEnd();
}

const levelPaint = ({ green, yellow, red }: Style) => ({ ok: green, warning: yellow, unknown: yellow, critical: red });

function customerTable(lines: readonly CustomerLine[], style: Style): Table {
  return {
    headings: ["", "CUSTOMER", "COMMANDS", "STATUSES", "OLDEST", "WAITING", "FOUND"],
    flexible: 6,
    rows: lines.map(({ customer: { name }, state, waiting }) => {
      if (state === undefined) return [{ text: "…", paint: style.dim }, { text: name }, ...emptyCells(5)];
      const paint = levelPaint(style)[state.level];
      return [
        { text: signs[state.level], paint },
        { text: name, paint: style.bold },
        { text: depthCell(state.commands) },
        { text: depthCell(state.statuses) },
        { text: oldestCell(state) },
        { text: waiting.length > 1 ? sparkline(waiting) : "" },
        { text: findingText(state), paint },
      ];
    }),
  };
}

const emptyCells = (count: number): readonly Cell[] => Array.from({ length: count }, () => ({ text: "" }));

/** The reason first; the name stands in the row. */
const findingText = ({ findings, customer }: CustomerState): string =>
  findings.map((text) => plainLine(text.replace(`${customer} `, ""))).join("; ");

const emptyCustomers = ({ customers }: BrowseState) =>
  customers.length === 0 ? "the config has no customers" : "no customer matches the filter";

const roleWords: Readonly<Record<QueueRole, string>> = { command: "commands", status: "statuses" };

const placeWords = ({ role, isDeadLetter }: Place): string =>
  isDeadLetter ? `dead letters of ${roleWords[role]}` : roleWords[role];

function queuesBody(
  state: BrowseState,
  { customer: name, selected }: { readonly customer: string; readonly selected: number },
  { style, clip }: Pick<TableView, "style" | "clip">,
): Body {
  const line = state.customers.find(({ customer }) => customer.name === name);
  if (line === undefined) return { heading: "", rows: [], first: 0 };
  const { customer, state: seen } = line;
  const table: Table = {
    headings: ["MESSAGES", "QUEUE", "WAITING", "SCHEDULED", "DEFERRED"],
    flexible: 1,
    rows: placesOf(customer).map((place) => [
      { text: placeWords(place), paint: style.bold },
      { text: queueOf(customer, place.role) },
      ...depthCells(seen && (place.role === "command" ? seen.commands : seen.statuses), place, style),
    ]),
  };
  const { heading, rows } = tableBody(state, table, { selected, style, clip, empty: "" });
  return { heading, rows: [...rows, "", ...customerFacts(line, style, clip)], first: 0 };
}

function depthCells(queue: QueueState | undefined, { isDeadLetter }: Place, { red }: Style): readonly Cell[] {
  if (queue === undefined) return emptyCells(3);
  if (queue.counts === "unknown") return [{ text: queue.reason === "no-listen-role" ? noRole : "?" }, ...emptyCells(2)];
  const more = queue.counts === "peek" && queue.atLeast ? "+" : "";
  if (isDeadLetter) {
    const text = `${formatCount(queue.deadLetter)}${more}`;
    return [queue.deadLetter > 0 ? { text, paint: red } : { text }, ...emptyCells(2)];
  }
  return [
    { text: `${formatCount(queue.active)}${more}` },
    { text: formatCount(queue.scheduled) },
    { text: queue.deferred ? formatCount(queue.deferred) : "" },
  ];
}

function customerFacts({ customer, state }: CustomerLine, style: Style, clip: Clip): readonly string[] {
  const { namespace, tenantId, access, tags } = customer;
  const tagText = Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
  const facts = [`namespace  ${namespace}`, `tenant     ${tenantId}`, `access     ${access}`];
  const lines = [...facts, ...(tagText === "" ? [] : [`tags       ${tagText}`])];
  const findings = state?.findings ?? [];
  return [
    ...lines.map((text) => clip(`   ${plainLine(text)}`)),
    ...findings.map((text) => (state ? levelPaint(style)[state.level] : plain)(clip(`   ${plainLine(text)}`))),
  ];
}

const previewBytes = 200;

function messageTable({ place, messages, marked }: Messages, style: Style): Table {
  const hasOutcome = place.role === "status";
  const headings = [
    ...["SEQUENCE", "ENQUEUED"],
    ...(place.isDeadLetter ? ["REASON"] : []),
    ...(hasOutcome ? [""] : []),
    ...["SUBJECT", "BODY"],
  ];
  return {
    headings,
    flexible: headings.length - 1,
    marked: new Set(messages.flatMap(({ sequenceNumber }, index) => (marked.has(sequenceNumber) ? [index] : []))),
    rows: messages.map((message) => [
      { text: String(message.sequenceNumber), paint: style.bold },
      { text: formatTime(message.enqueuedAt.toISOString()), paint: style.dim },
      ...(place.isDeadLetter
        ? [{ text: clipText(plainLine(message.deadLetterReason ?? ""), 24), paint: style.red }]
        : []),
      ...(hasOutcome ? [outcomeCell(message, style)] : []),
      { text: clipText(plainLine(subjectOf(message)), 20), paint: style.cyan },
      { text: previewOf(message) },
    ]),
  };
}

function outcomeCell(message: Incoming, { green, red }: Style): Cell {
  const outcome = statusOutcome(message);
  if (outcome === undefined) return { text: "" };
  return outcome === "failed" ? { text: signs.critical, paint: red } : { text: signs.ok, paint: green };
}

const subjectOf = ({ subject, state }: Incoming) =>
  [...(state === "active" ? [] : [`(${state})`]), ...(subject === undefined ? [] : [subject])].join(" ");

function previewOf(message: Incoming): string {
  const text = textOfBody(message);
  if (text === undefined) return `(${message.body.length} bytes)`;
  return plainLine(text.slice(0, previewBytes).replace(/\s+/g, " "));
}

const emptyMessages = ({ isLoading, failure, where }: Messages) => {
  if (isLoading) return "reading …";
  if (failure !== undefined) return failure;
  return where === "" ? "no messages" : "no message matches the filter";
};

/** Where the person is: `acme > statuses > 42`. */
function titleLine(state: BrowseState, style: Style, clip: Clip): string {
  const words = state.screens.flatMap((screen) => {
    if (screen.type === "customers") return ["customers"];
    if (screen.type === "queues") return [screen.customer];
    if (screen.type === "messages") return [placeWords(screen.list.place)];
    return screen.type === "message" ? [String(screen.message.sequenceNumber)] : ["help"];
  });
  const mode = state.allowsChanges ? "changes allowed" : "read-only";
  const right = `${state.title}  ${mode}`;
  const left = clip(words.join(" > "), Math.max(20, state.columns - stringWidth(right) - 3));
  const room = state.columns - stringWidth(left) - 3;
  const shown = room < 10 ? "" : clip(right, room);
  const space = " ".repeat(Math.max(0, state.columns - 1 - stringWidth(left) - stringWidth(shown)));
  return `${style.bold(left)}${shown === "" ? "" : space + (state.allowsChanges ? style.yellow : style.dim)(shown)}`;
}

/** Lines below the body, where nothing longer is said. A question or a link takes lines of the body. */
const noticeHeight = 2;
const longestNotice = 6;

function noticeLines(state: BrowseState, style: Style): readonly string[] {
  const { prompt, notice, columns, isAscii } = state;
  const clip = (text: string) => fitText(text, columns, isAscii);
  const padded = (lines: readonly string[]) =>
    [...Array.from({ length: noticeHeight }, () => ""), ...lines].slice(-Math.max(noticeHeight, lines.length));
  if (prompt?.type === "confirm")
    return padded(broken(`${prompt.question} (y/N)`, state).map((line) => style.yellow(line)));
  if (prompt) {
    const label = prompt.type === "sequence" ? "go to sequence number: " : "filter: ";
    const above =
      prompt.problem === undefined
        ? style.dim(clip(hintOf(state, prompt)))
        : style.red(clip(plainLine(prompt.problem)));
    return padded([above, lastPart(`${label}${plainLine(prompt.text)}_`, columns)]);
  }
  const paint = notice?.isFailure ? style.red : style.cyan;
  if (notice) return padded(broken(notice.text, state).map((line) => paint(line)));
  const facts = factsOf(state);
  return padded(facts === "" ? [] : [style.dim(clip(facts))]);
}

/** What can be typed. */
function hintOf(state: BrowseState, { type }: Prompt): string {
  if (type === "sequence") return "digits; the list begins there";
  return topScreen(state).type === "customers"
    ? "a part of the name, a level such as critical, or a tag such as region=eu"
    : 'an expression, such as subject == "restart" or body.service == "web"';
}

/** All of a text on lines of its own; of a long one the end, where the question is. */
function broken(text: string, { columns, isAscii }: BrowseState): readonly string[] {
  const lines = text.split("\n").map((line) => (isAscii ? toAscii(plainLine(line)) : plainLine(line)));
  return lines
    .flatMap((line) =>
      wrapText(line, columns)
        .split("\n")
        .flatMap((one) => breakLine(one, columns)),
    )
    .slice(-longestNotice);
}

/** Of an answer that is longer than the line, its end is edited. */
const lastPart = (text: string, columns: number) => {
  const characters = [...text];
  while (stringWidth(characters.join("")) > columns - 1) characters.shift();
  return characters.join("");
};

function factsOf(state: BrowseState): string {
  const top = topScreen(state);
  const { inspecting, customers } = state;
  if (top.type === "customers") {
    const counts = (["ok", "warning", "unknown", "critical"] as const).map(
      (level) => `${signs[level]} ${customers.filter(({ state: seen }) => seen?.level === level).length}`,
    );
    const looking = inspecting > 0 ? `  inspecting ${inspecting} …` : "";
    const filter = top.filter === "" ? "" : `  filter: ${top.filter}`;
    return `${counts.join("  ")}${looking}${filter}  queues: active/dead letters/scheduled`;
  }
  if (top.type !== "messages") return "";
  const { starts, next, where, marked } = top.list;
  const facts = [
    ...(starts.length > 1 || next !== undefined ? [`page ${starts.length}${next === undefined ? " (last)" : ""}`] : []),
    ...(where === "" ? [] : [`filter: ${plainLine(where)}`]),
    ...(marked.size === 0 ? [] : [`${marked.size} marked`]),
  ];
  return facts.join("  ");
}

function keyLine(state: BrowseState, { dim }: Style, clip: Clip): string {
  const { type } = topScreen(state);
  if (state.prompt?.type === "confirm") return dim(clip("y yes  any other key no"));
  if (state.prompt) return dim(clip("Enter accept  Esc leave"));
  const changes = changingKeys(state);
  if (changes !== "") return dim(clip(`Esc back  ${changes}  ? help  q end`));
  const own = {
    customers: "Enter open  / filter  r refresh",
    queues: "Enter open  Esc back  r refresh",
    messages: "Enter open  Esc back  / filter  r refresh",
    message: "↑ ↓ scroll  Esc back  v format",
    help: "↑ ↓ scroll  Esc back",
  }[type];
  return dim(clip(`${own}${type === "help" ? "" : "  o portal  c command  ? help"}  q end`));
}

/** The keys that change something here. They leave no room for the others, which the help has. */
function changingKeys(state: BrowseState): string {
  const top = topScreen(state);
  if (!state.allowsChanges || (top.type !== "messages" && top.type !== "message")) return "";
  const { isDeadLetter } = top.type === "messages" ? top.list.place : top.place;
  return [
    ...(top.type === "messages" ? ["Space mark"] : []),
    ...(isDeadLetter ? ["R resubmit", "P purge"] : []),
    ...["e export", "s edit"],
  ].join("  ");
}
