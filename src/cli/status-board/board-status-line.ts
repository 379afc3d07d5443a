import { countText } from "../../lib/domain/count-text.ts";
import { formatCount } from "../../lib/domain/readable-units.ts";
import type { CustomerState, Level } from "../../lib/status/customer-state.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import { clipText } from "../output/clip-text.ts";
import { viewTime } from "../output/format-time.ts";
import { sparkline } from "../output/sparkline.ts";
import type { Style } from "../output/style.ts";
import { wrapText } from "../output/wrap-text.ts";
import type { Page } from "../terminal/screen.ts";
import { depthCell, noRole, partlySeenCount, partlySeenLegend, signs } from "./board-cells.ts";

type Room = {
  readonly states: readonly CustomerState[];
  readonly page: Page | undefined;
  /** The time in UTC, also on a terminal. */
  readonly utc: boolean;
  /** Statuses that waited, round by round. */
  readonly waiting: readonly number[];
  /** The text scrolls, so that nothing is cut: a command can be copied. */
  readonly whole?: true;
};

/** What stands below the board: how many are how, what waits and how that changes, and when it was looked. */
export function boardStatusLine(
  summary: StateSummary,
  style: Style,
  { page, utc, waiting, states, whole }: Room,
): readonly string[] {
  const columns = page?.columns ?? Number.POSITIVE_INFINITY;
  const { partlySeen, customers, credentialDaysLeft: days } = summary;
  const levels = allLevels.filter((level) => level !== "unknown" || summary.unknown > 0);
  const countAt = (level: Level) => (level === "ok" ? summary.ok - partlySeen : summary[level]);
  const partly = (name: string) => (partlySeen === 0 ? [] : [`${partlySeenCount(partlySeen)}${name}`]);
  const wait = formatCount(summary.waitingStatuses);
  const long = {
    before: `${countText(customers, "customer")}: `,
    counts: levels
      .map((level) => `${signs[level]} ${countAt(level)} ${level}`)
      .toSpliced(1, 0, ...partly(" partly seen")),
    between: ", ",
    after: `; ${wait} ${summary.waitingStatuses === 1 ? "status" : "statuses"} waiting`,
  };
  // What is none need not be said where there is no room.
  const shorter = { ...long, counts: long.counts.filter((text) => !isNone(text)) };
  const short = {
    before: "",
    counts: levels.map((level) => `${signs[level]} ${formatCount(countAt(level))}`).toSpliced(1, 0, ...partly("")),
    between: " ",
    after: `; ${wait} waiting`,
  };
  const width = ({ before, counts, between, after }: typeof long) => `${before}${counts.join(between)}${after}`.length;
  const form = [long, shorter].find((one) => width(one) <= columns) ?? short;
  const bars = Math.min(waiting.length, columns - width(form) - 1);
  const trend = bars > 1 ? ` ${sparkline(waiting.slice(-bars))}` : "";
  const painted = form.counts.map((text) => paintOf(style, text)(text)).join(form.between);
  const time = viewTime(summary.at, page, { utc });
  const credential = days === undefined ? "" : `; credential: ${days} days`;
  const legend = `${time}; queues: active/dead letters/scheduled${credential}`;
  const hasNoRole = states.some(({ commands }) => depthCell(commands) === noRole);
  const explained =
    partlySeen > 0 ? partlySeenLegend : `${noRole}: the app has no Listen role on commands, so they are not counted`;
  const responder = "to see them: xtenant dead-letter list <customer> --queue command --as responder";
  const [explanation, look] = whole
    ? [wrapText(explained, columns), responder]
    : [explained, responder].map((text) => clipText(text, columns));
  return [
    `${form.before}${painted}${form.after}${trend}`,
    style.dim(legend.length <= columns ? legend : `${time}${credential}`),
    ...(hasNoRole || partlySeen > 0 ? `${explanation}\n${look}`.split("\n").map(style.dim) : []),
  ];
}

const allLevels: readonly Level[] = ["ok", "warning", "unknown", "critical"];

const isNone = (text: string) => / 0(?: |$)/.test(text);

/** A count of none needs no colour. */
const paintOf = ({ green, yellow, red, dim }: Style, text: string) => {
  if (isNone(text)) return dim;
  if (text.startsWith(signs.critical)) return red;
  return text.startsWith(signs.warning) || text.startsWith(signs.unknown) ? yellow : green;
};
