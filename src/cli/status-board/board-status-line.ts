import { formatCount } from "../../lib/domain/readable-units.ts";
import type { Level } from "../../lib/status/customer-state.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import { sparkline } from "../output/sparkline.ts";
import type { Style } from "../output/style.ts";
import { signs } from "./board-cells.ts";

type Room = {
  readonly columns: number;
  /** Statuses that waited, round by round. */
  readonly waiting: readonly number[];
};

/** What stands below the board: how many are how, what waits and how that changes, and when it was looked. */
export function boardStatusLine(summary: StateSummary, style: Style, { columns, waiting }: Room): readonly string[] {
  const { customers, credentialDaysLeft: days } = summary;
  const wait = formatCount(summary.waitingStatuses);
  const long = {
    before: `${customers} ${customers === 1 ? "customer" : "customers"}: `,
    counts: levels.map((level) => `${signs[level]} ${summary[level]} ${level}`),
    between: ", ",
    after: `; ${wait} statuses wait`,
  };
  const short = {
    before: "",
    counts: levels.map((level) => `${signs[level]} ${formatCount(summary[level])}`),
    between: " ",
    after: `; ${wait} wait`,
  };
  const width = ({ before, counts, between, after }: typeof long) => `${before}${counts.join(between)}${after}`.length;
  const form = width(long) <= columns ? long : short;
  const bars = Math.min(waiting.length, columns - width(form) - 1);
  const trend = bars > 1 ? ` ${sparkline(waiting.slice(-bars))}` : "";
  const painted = form.counts.map((text, index) => paintOf(style, levels[index])(text)).join(form.between);
  const time = `${summary.at.slice(11, 19)} UTC`;
  const credential = days === undefined ? "" : `; credential: ${days} days`;
  const legend = `${time}; queues: active/dead letters/scheduled${credential}`;
  return [
    `${form.before}${painted}${form.after}${trend}`,
    style.dim(legend.length <= columns ? legend : `${time}${credential}`),
  ];
}

const levels: readonly Level[] = ["ok", "warning", "critical"];

const paintOf = ({ green, yellow, red }: Style, level: Level | undefined) =>
  level === "critical" ? red : level === "warning" ? yellow : green;
