import { plainLine } from "../cli/plain-text.ts";
import type { View } from "../cli/run.ts";
import type { Page } from "../cli/screen.ts";
import type { Style } from "../cli/style.ts";
import { table } from "../cli/table.ts";
import { claimsCell, consentCell, depthCell, oldestCell, pingCell, signs } from "./cells.ts";
import type { CustomerState, Level } from "./customer-state.ts";
import { readableCount } from "./readable.ts";
import { sparkline } from "./sparkline.ts";
import type { Summary } from "./summary.ts";

export type BoardEvent = CustomerState | Summary;

/** Rounds of which the last line still tells. */
const remembered = 30;

/** A table of all Customers once the last of them has been looked at; `frames`: cut to what the screen holds, the worst first. */
export function boardView({ frames }: { readonly frames: boolean }): View<BoardEvent> {
  let states: CustomerState[] = [];
  const waiting: number[] = [];
  return (event, style, page) => {
    if (event.type === "customer") {
      states.push(event);
      return "";
    }
    const shown = frames ? [...states].sort(byLevel) : states;
    states = [];
    waiting.push(event.waitingStatuses);
    if (waiting.length > remembered) waiting.shift();
    const foot = footer(event, style, frames ? waiting : []);
    const body = rows(shown, style, page);
    if (!frames || page === undefined) return [...body, ...foot].join("\n");
    return [...fitted(body, page.rows - foot.length - 1), ...foot].join("\n");
  };
}

const levels: readonly Level[] = ["critical", "warning", "ok"];
const byLevel = (one: CustomerState, other: CustomerState) => levels.indexOf(one.level) - levels.indexOf(other.level);

/** A line for each Customer, and below it what was found. */
function rows(states: readonly CustomerState[], style: Style, page: Page | undefined): readonly string[] {
  const pinged = states.some(({ roundTrip }) => roundTrip !== undefined);
  const cells = states.map((state) => [
    signs[state.level],
    state.customer,
    consentCell(state),
    claimsCell(state),
    depthCell(state.commands),
    depthCell(state.statuses),
    oldestCell(state),
    ...(pinged ? [pingCell(state)] : []),
  ]);
  const heading = ["", "CUSTOMER", "CONSENT", "MAY", "COMMANDS", "STATUSES", "OLDEST", ...(pinged ? ["PING"] : [])];
  const [head = "", ...lines] = table(narrowed([heading, ...cells], page), paintBy(style)).split("\n");
  const below = (state: CustomerState) => details(state, style).map((line) => cut(line, page));
  return [head, ...lines.flatMap((line, index) => [line, ...(states[index] ? below(states[index]) : [])])];
}

const nameColumn = 1;
const shortestName = 8;

/** Names give way where a line would be wider than the screen. */
function narrowed(lines: readonly (readonly string[])[], page: Page | undefined) {
  if (page === undefined) return lines;
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const others = widths.reduce((total, width, column) => (column === nameColumn ? total : total + width), 0);
  const left = Math.max(shortestName, page.columns - others - 2 * (widths.length - 1));
  return lines.map((line) => line.map((cell, column) => (column === nameColumn ? shortened(cell, left) : cell)));
}

const shortened = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

const paintBy =
  ({ green, yellow, red, bold, dim }: Style) =>
  (cell: string, column: number): string => {
    if (/^[A-Z]+$/.test(cell)) return dim(cell);
    if (column === nameColumn) return bold(cell);
    if (cell === signs.ok) return green(cell);
    if (cell === signs.warning) return yellow(cell);
    return cell === signs.critical || cell === "no" ? red(cell) : cell;
  };

type Line = { readonly text: string; readonly paint: (text: string) => string };

function details({ findings, errors, level }: CustomerState, { dim, red, yellow }: Style): readonly Line[] {
  const paint = level === "critical" ? red : yellow;
  const hints = new Set(errors.flatMap(({ hint }) => hint ?? []));
  return [
    ...findings.map((text) => ({ text: `   ${plainLine(text)}`, paint })),
    ...[...hints].map((hint) => ({ text: `   next: ${plainLine(hint)}`, paint: dim })),
  ];
}

const cut = ({ text, paint }: Line, page: Page | undefined): string =>
  paint(page ? shortened(text, page.columns) : text);

/** Of more lines than fit, the first, and how many are not there. */
function fitted(lines: readonly string[], height: number): readonly string[] {
  const most = Math.max(1, height);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `   … ${lines.length - most + 1} more lines`];
}

function footer(summary: Summary, { green, yellow, red, dim }: Style, waiting: readonly number[]): readonly string[] {
  const { customers, ok, warning, critical, credentialDaysLeft: days } = summary;
  const counts = [
    green(`${signs.ok} ${ok} ok`),
    yellow(`${signs.warning} ${warning} warning`),
    red(`${signs.critical} ${critical} critical`),
  ];
  const trend = waiting.length > 1 ? ` ${sparkline(waiting)}` : "";
  return [
    `${customers} ${customers === 1 ? "Customer" : "Customers"}: ${counts.join(", ")}; ${readableCount(summary.waitingStatuses)} statuses wait${trend}`,
    dim(
      `${summary.at.slice(11, 19)} UTC; queues: active/dead letters/scheduled${days === null ? "" : `; credential: ${days} days`}`,
    ),
  ];
}
