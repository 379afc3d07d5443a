import { countText } from "../../lib/domain/count-text.ts";
import { formatCount } from "../../lib/domain/readable-units.ts";
import type { CustomerState, Level } from "../../lib/status/customer-state.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import { clipText } from "../output/clip-text.ts";
import { sparkline } from "../output/sparkline.ts";
import type { Style } from "../output/style.ts";
import { depthCell, noRole, signs } from "./board-cells.ts";

type Room = {
  readonly states: readonly CustomerState[];
  readonly columns: number;
  /** Statuses that waited, round by round. */
  readonly waiting: readonly number[];
};

/** What stands below the board: how many are how, what waits and how that changes, and when it was looked. */
export function boardStatusLine(
  summary: StateSummary,
  style: Style,
  { columns, waiting, states }: Room,
): readonly string[] {
  const { customers, credentialDaysLeft: days } = summary;
  const levels = allLevels.filter((level) => level !== "unknown" || summary.unknown > 0);
  const wait = formatCount(summary.waitingStatuses);
  const long = {
    before: `${countText(customers, "customer")}: `,
    counts: levels.map((level) => `${signs[level]} ${summary[level]} ${level}`),
    between: ", ",
    after: `; ${wait} ${summary.waitingStatuses === 1 ? "status" : "statuses"} waiting`,
  };
  const short = {
    before: "",
    counts: levels.map((level) => `${signs[level]} ${formatCount(summary[level])}`),
    between: " ",
    after: `; ${wait} waiting`,
  };
  const width = ({ before, counts, between, after }: typeof long) => `${before}${counts.join(between)}${after}`.length;
  const form = width(long) <= columns ? long : short;
  const bars = Math.min(waiting.length, columns - width(form) - 1);
  const trend = bars > 1 ? ` ${sparkline(waiting.slice(-bars))}` : "";
  const painted = form.counts.map((text, index) => paintOf(style, levels[index], text)(text)).join(form.between);
  const time = `${summary.at.slice(11, 19)} UTC`;
  const credential = days === undefined ? "" : `; credential: ${days} days`;
  const legend = `${time}; queues: active/dead letters/scheduled${credential}`;
  const hasNoRole = states.some(({ commands }) => depthCell(commands) === noRole);
  const explained = `${noRole}: least privilege has no Listen role on commands, so that they are not counted`;
  return [
    `${form.before}${painted}${form.after}${trend}`,
    style.dim(legend.length <= columns ? legend : `${time}${credential}`),
    ...(hasNoRole ? [style.dim(clipText(explained, columns))] : []),
  ];
}

const allLevels: readonly Level[] = ["ok", "warning", "unknown", "critical"];

/** A count of none needs no colour. */
const paintOf = ({ green, yellow, red, dim }: Style, level: Level | undefined, text: string) =>
  / 0(?: |$)/.test(text) ? dim : level === "critical" ? red : level === "ok" || level === undefined ? green : yellow;
