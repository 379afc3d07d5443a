import stringWidth from "fast-string-width";
import { plainLine } from "../../lib/domain/plain-text.ts";
import type { CustomerState } from "../../lib/status/customer-state.ts";
import { compareByLevel } from "../../lib/status/evaluate-state.ts";
import type { SampledProgress } from "../../lib/status/sampled-progress.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import { clipText } from "../output/clip-text.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { wrapText } from "../output/wrap-text.ts";
import { remedyOf } from "../remedies/remedies.ts";
import type { Renderer } from "../run-command.ts";
import type { Key } from "../terminal/keys.ts";
import type { Page } from "../terminal/screen.ts";
import {
  claimsCell,
  consentCell,
  depthCell,
  oldestCell,
  ownFailure,
  ownFailureText,
  pingCell,
  signOf,
  signs,
} from "./board-cells.ts";
import { boardStatusLine } from "./board-status-line.ts";
import { matchesFilter } from "./customer-filter.ts";
import { nextSteps } from "./next-steps.ts";

export type BoardEvent = CustomerState | StateSummary;

/** `utc`: the time of the board in UTC instead of local time. */
type BoardLook = { readonly utc?: boolean | undefined };

/** Rounds that the last line still shows. */
const remembered = 30;

/** A table of all customers at the end, on a terminal the worst last, where it is seen; a line that shows the progress until then. */
export function boardRenderer(progress: SampledProgress, { utc = false }: BoardLook = {}): Renderer<BoardEvent> {
  const states: CustomerState[] = [];
  let summary: StateSummary | undefined;
  return {
    mode: { statusLine: progress.text },
    onRecord: (event) => {
      if (event.type === "summary") summary = event;
      else {
        states.push(event);
        progress.sees();
      }
      return "";
    },
    onEnd: (style, page) =>
      summary === undefined ? "" : wholeBoard({ states, summary, waiting: [], utc }, style, page),
  };
}

/** A table of all customers after each round, the worst first, cut to the height of the screen. A person can scroll and filter it. */
export function watchedBoardRenderer(progress: SampledProgress, { utc = false }: BoardLook = {}): Renderer<BoardEvent> {
  let states: CustomerState[] = [];
  const waiting: number[] = [];
  let board: Board | undefined;
  let watching: Watching = { top: 0, filter: "", isTyping: false, showsHelp: false };
  const frame = (style: Style, page: Page) => {
    if (board === undefined) return style.dim(progress.text());
    const shown = { ...board, ...watching };
    watching = { ...watching, top: Math.min(watching.top, lastTop(shown, style, page)) };
    return boardFrame({ ...shown, top: watching.top }, style, page);
  };
  const onKey = (key: Key, page: Page) => {
    watching = pressed(watching, key, page);
  };
  return {
    mode: { board: { frame, onKey, isTyping: () => watching.isTyping } },
    onRecord: (event, style, page) => {
      if (event.type === "customer") {
        states.push(event);
        // The first round may take time, and there is nothing to show yet.
        progress.sees();
        return page && waiting.length === 0 ? frame(style, page) : "";
      }
      waiting.push(event.waitingStatuses);
      if (waiting.length > remembered) waiting.shift();
      board = { states: states.sort(compareByLevel), summary: event, waiting, utc };
      states = [];
      return page === undefined ? wholeBoard(board, style) : frame(style, page);
    },
  };
}

/** What a person has changed on the board. */
type Watching = {
  /** The first line that is shown. */
  readonly top: number;
  readonly filter: string;
  readonly isTyping: boolean;
  readonly showsHelp: boolean;
};

function pressed(watching: Watching, key: Key, { rows: height }: Page): Watching {
  const { top, filter, isTyping, showsHelp } = watching;
  if (typeof key === "object") return isTyping ? { ...watching, filter: filter + key.text, top: 0 } : watching;
  switch (key) {
    case "filter":
      return { ...watching, isTyping: true, showsHelp: false };
    case "help":
      return { ...watching, showsHelp: !showsHelp, top: 0 };
    case "erase":
      return isTyping ? { ...watching, filter: [...filter].slice(0, -1).join("") } : watching;
    case "accept":
      return { ...watching, isTyping: false };
    case "leave":
      return { top: 0, filter: "", isTyping: false, showsHelp: false };
    case "up":
      return { ...watching, top: Math.max(0, top - 1) };
    case "down":
      return { ...watching, top: top + 1 };
    case "page-up":
      return { ...watching, top: Math.max(0, top - height + 4) };
    case "page-down":
      return { ...watching, top: top + height - 4 };
    case "home":
      return { ...watching, top: 0 };
    case "end":
      return { ...watching, top: Number.MAX_SAFE_INTEGER };
    case "quit":
      return watching;
  }
}

type Board = {
  readonly states: readonly CustomerState[];
  readonly summary: StateSummary;
  /** Statuses that waited, round by round. */
  readonly waiting: readonly number[];
  readonly utc: boolean;
};

function wholeBoard({ states, summary, waiting, utc }: Board, style: Style, page?: Page): string {
  const columns = page?.columns ?? Number.POSITIVE_INFINITY;
  const statusLine = boardStatusLine(summary, style, { waiting, page, states, utc, whole: true });
  return [
    ...rows(page === undefined ? states : states.toSorted((one, other) => compareByLevel(other, one)), style, {
      columns,
      whole: true,
    }),
    ...statusLine,
  ].join("\n");
}

type WatchedBoard = Board & Watching;

function boardFrame(board: WatchedBoard, style: Style, page: Page): string {
  const { body, statusLine, height } = partsOf(board, style, page);
  return [...fitted(body, height, { ...page, top: board.top }), ...statusLine].join("\n");
}

function partsOf({ states, summary, waiting, utc, ...watching }: WatchedBoard, style: Style, page: Page) {
  const { columns, rows: height } = page;
  const line = filterLine(watching, style, columns);
  const statusLine = [...line, ...boardStatusLine(summary, style, { waiting, page, states, utc })];
  const body = watching.showsHelp
    ? boardHelp.map((text) => clipText(text, columns))
    : filteredRows(states, watching, style, columns);
  return { body, statusLine, height: Math.max(1, height - statusLine.length - 1) };
}

function filteredRows(states: readonly CustomerState[], { filter }: Watching, style: Style, columns: number) {
  const matching = states.filter(({ customer: name, level }) => matchesFilter(filter.trim(), { name, level }));
  if (matching.length === 0 && states.length > 0) return [style.dim("no customer matches the filter")];
  return rows(matching, style, { columns, whole: false });
}

function filterLine({ filter, isTyping }: Watching, { dim, cyan }: Style, columns: number): readonly string[] {
  if (isTyping) return [cyan(clipText(`filter: ${filter}_`, columns))];
  return filter === "" ? [] : [dim(clipText(`filter: ${filter}  (Esc shows all)`, columns))];
}

const boardHelp: readonly string[] = [
  "↑ ↓ j k         scroll; PgUp PgDn, Home and End scroll further",
  "/               show customers by a part of the name, or by level: critical",
  "Esc             show all customers",
  "?               these keys, and the board again",
  "q  Ctrl-C       end",
  "Ctrl-Z          suspend; fg comes back",
  "",
  "CONSENT         whether the customer has given consent to the app",
  "MAY             what the app may do: send commands, listen to statuses, both",
  "COMMANDS        active messages/dead letters/scheduled messages",
  "STATUSES        the same of the other queue",
  "OLDEST          the age of the status that has waited the longest",
  "no role         no Listen role there: least privilege does not include it",
  "~               nothing is wrong, but dead letters of commands are not seen",
];

/** How far the board can be scrolled: the last line is then the lowest. */
function lastTop(board: WatchedBoard, style: Style, page: Page): number {
  const { body, height } = partsOf(board, style, page);
  return body.length <= height ? 0 : body.length - height + 1;
}

type Column = { readonly heading: string; readonly of: (state: CustomerState) => string };

const columnsOf: readonly Column[] = [
  { heading: "", of: signOf },
  { heading: "CUSTOMER", of: ({ customer }) => customer },
  { heading: "CONSENT", of: consentCell },
  { heading: "MAY", of: claimsCell },
  { heading: "COMMANDS", of: ({ commands }) => depthCell(commands) },
  { heading: "STATUSES", of: ({ statuses }) => depthCell(statuses) },
  { heading: "OLDEST", of: oldestCell },
  { heading: "PING", of: pingCell },
];

/** What goes first where there is no room for all: what is wrong there is among the findings, too. */
const dispensable = ["MAY", "CONSENT", "OLDEST", "PING", "COMMANDS"];

/** How wide the table may be, and whether findings are shown in full or cut to one line. */
type Room = { readonly columns: number; readonly whole: boolean };

/** A line for each customer, and below it what was found. */
function rows(states: readonly CustomerState[], style: Style, room: Room): readonly string[] {
  const pinged = states.some(({ roundTrip }) => roundTrip !== undefined);
  const wanted = columnsOf.filter(({ heading }) => heading !== "PING" || pinged);
  const cells = narrowed(wanted, states, room.columns);
  const [head = "", ...lines] = table(cells, paintBy(style)).split("\n");
  const own = ownFailure(states);
  const banner: readonly Line[] =
    own === undefined
      ? []
      : [
          { text: plainLine(ownFailureText(own)), paint: style.red },
          { text: `next: ${plainLine(remedyOf(own))}`, paint: style.dim, isCommand: true },
        ];
  const below = (state: CustomerState) => details(state, style).flatMap((line) => fittedLine(line, room));
  return [
    ...banner.flatMap((line) => fittedLine(line, room)),
    head,
    ...lines.flatMap((line, index) => [line, ...(states[index] ? below(states[index]) : [])]),
  ];
}

const nameColumn = 1;
const shortestName = 8;
const gap = 2;

/** Names give way where a line would be wider than the screen, then whole columns. */
function narrowed(columns: readonly Column[], states: readonly CustomerState[], width: number) {
  const lines = [columns.map(({ heading }) => heading), ...states.map((state) => columns.map(({ of }) => of(state)))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => stringWidth(line[column] ?? ""))));
  const others = widths.reduce((total, one, column) => (column === nameColumn ? total : total + one), 0);
  const left = width - others - gap * (widths.length - 1);
  const droppable = dispensable.find((heading) => columns.some((column) => column.heading === heading));
  if (left < shortestName && droppable !== undefined)
    return narrowed(
      columns.filter(({ heading }) => heading !== droppable),
      states,
      width,
    );
  return lines.map((line) =>
    line.map((cell, column) => (column === nameColumn ? clipText(cell, Math.max(shortestName, left)) : cell)),
  );
}

const paintBy =
  ({ green, yellow, red, bold, dim }: Style) =>
  (cell: string, column: number): string => {
    if (/^[A-Z]+$/.test(cell)) return dim(cell);
    if (column === nameColumn) return bold(cell);
    if (cell === signs.ok) return green(cell);
    if (cell === signs.warning || (cell === signs.unknown && column === 0)) return yellow(cell);
    return cell === signs.critical || cell === "no" ? red(cell) : cell;
  };

type Line = {
  readonly text: string;
  readonly paint: (text: string) => string;
  /** To be copied: a command. */
  readonly isCommand?: true;
};

/** The provider's own failure stands once, above the table. */
function details(state: CustomerState, { dim, red, yellow }: Style): readonly Line[] {
  const { customer, findings, level } = state;
  if (level === "unknown") return [];
  const paint = level === "critical" ? red : yellow;
  return [
    // The name stands above.
    ...findings.map((text) => ({ text: plainLine(text.replace(`${customer} `, "")), paint })),
    ...nextSteps(state).map((hint) => ({ text: `next: ${plainLine(hint)}`, paint: dim, isCommand: true as const })),
  ];
}

function fittedLine({ text, paint, isCommand }: Line, { columns, whole }: Room): readonly string[] {
  const width = columns - indent.length;
  const lines = !whole ? [clipText(text, width)] : isCommand ? [text] : wrapText(text, width).split("\n");
  return lines.map((line) => indent + paint(line));
}

const indent = "   ";

/** Of more lines than fit, those from `top`, and how many are above and below. */
function fitted(
  lines: readonly string[],
  most: number,
  { top, columns, keys }: Page & { readonly top: number },
): readonly string[] {
  if (lines.length <= most) return lines;
  const below = lines.length - top - most + 1;
  const rest = `   … ${below > 0 ? below : "no"} more lines${top > 0 ? `, ${top} above` : ""}`;
  const hint = keys ? "  (↑ ↓ scroll, ? help, q ends)" : "";
  return [...lines.slice(top, top + most - 1), clipText(`${rest}${hint}`, columns)];
}
