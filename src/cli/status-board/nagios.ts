import { plainLine } from "../../lib/domain/plain-text.ts";
import type { CustomerState, Level } from "../../lib/status/customer-state.ts";
import type { StateSummary } from "../../lib/status/state-summary.ts";
import type { Renderer } from "../run-command.ts";
import type { BoardEvent } from "./board-table.ts";

/** Exit codes of Monitoring Plugins. They are not the exit codes of xtenant; a monitor expects them with this format. */
export const nagiosCodes = { ok: 0, warning: 1, critical: 2 } as const;

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
    onEnd: () => (summary === undefined ? "" : [headLine(summary), ...unwell.map(line)].join("\n")),
  };
}

function headLine(summary: StateSummary): string {
  const { level, customers, ok, warning, critical, waitingStatuses, deadLetters, milliseconds } = summary;
  const figures = [
    `ok=${ok}`,
    `warning=${warning}`,
    `critical=${critical}`,
    `waiting_statuses=${waitingStatuses}`,
    `dead_letters=${deadLetters}`,
    `time=${(milliseconds / 1_000).toFixed(3)}s`,
  ];
  return `XTENANT ${level.toUpperCase()} - ${ok} of ${customers} customers are healthy | ${figures.join(" ")}`;
}

const line = ({ customer, level, findings }: CustomerState) =>
  `${word(level)} ${customer}: ${withoutBar(findings.map(plainLine).join("; "))}`;

const word = (level: Level) => level.toUpperCase();

/** A bar begins the figures. */
const withoutBar = (text: string) => text.replaceAll("|", "¦");
