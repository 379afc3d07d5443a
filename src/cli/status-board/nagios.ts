import { plainLine } from "../../lib/domain/plain-text.ts";
import type { CustomerState, Level } from "../../lib/status/customer-state.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import type { Renderer } from "../run-command.ts";
import { ownFailure, ownFailureText } from "./board-cells.ts";
import type { BoardEvent } from "./board-table.ts";

/** Exit codes of Monitoring Plugins. They are not the exit codes of xtenant; a monitor expects them with this format. */
export const nagiosCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

/** One line for the monitor, with figures behind a bar, then a line for each customer that is not well (Monitoring Plugins' guidelines). */
export function nagiosRenderer(): Renderer<BoardEvent> {
  const unwell: CustomerState[] = [];
  let summary: StateSummary | undefined;
  return {
    onRecord: (event) => {
      if (event.type === "summary") summary = event;
      else if (event.level !== "ok") unwell.push(event);
      return "";
    },
    onEnd: () =>
      summary === undefined
        ? ""
        : [headLine(summary), ...unknownLine(unwell), ...unwell.filter(isKnown).map(line)].join("\n"),
  };
}

function headLine(summary: StateSummary): string {
  const { level, customers, ok, partlySeen, warning, unknown, critical, waitingStatuses, deadLetters, milliseconds } =
    summary;
  const figures = [
    `ok=${ok}`,
    `warning=${warning}`,
    `unknown=${unknown}`,
    `critical=${critical}`,
    `waiting_statuses=${waitingStatuses}`,
    `dead_letters=${deadLetters}`,
    `partly_seen=${partlySeen}`,
    `time=${(milliseconds / 1_000).toFixed(3)}s`,
  ];
  const seen = partlySeen === 0 ? "" : `, dead letters of commands not seen for ${partlySeen}`;
  return `XTENANT ${level.toUpperCase()} - ${ok} of ${customers} customers are healthy${seen} | ${figures.join(" ")}`;
}

const isKnown = ({ level }: CustomerState) => level !== "unknown";

/** One alarm for all: the cause is the provider's. */
function unknownLine(states: readonly CustomerState[]): readonly string[] {
  const own = ownFailure(states);
  return own === undefined ? [] : [`UNKNOWN ${withoutBar(plainLine(ownFailureText(own)))}`];
}

const line = ({ customer, level, findings }: CustomerState) =>
  `${word(level)} ${customer}: ${withoutBar(findings.map(plainLine).join("; "))}`;

const word = (level: Level) => level.toUpperCase();

/** A bar begins the figures. */
const withoutBar = (text: string) => text.replaceAll("|", "¦");
