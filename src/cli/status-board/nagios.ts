import { plainLine } from "../../lib/domain/plain-text.ts";
import type { CustomerState, Level } from "../../lib/status/customer-state.ts";
import type { View } from "../run-command.ts";
import type { BoardEvent } from "./board-table.ts";

/** Exit codes of Monitoring Plugins. They are not the exit codes of xtenant; a monitor expects them with this format. */
export const nagiosCodes = { ok: 0, warning: 1, critical: 2 } as const;

/** One line for the monitor, with figures behind a bar, then a line for each customer that is not well (Monitoring Plugins' guidelines). */
export function nagiosView(): View<BoardEvent> {
  const unwell: CustomerState[] = [];
  return (event) => {
    if (event.type === "customer") {
      if (event.level !== "ok") unwell.push(event);
      return "";
    }
    const { level, customers, ok, warning, critical, waitingStatuses, deadLetters, milliseconds } = event;
    const figures = [
      `ok=${ok}`,
      `warning=${warning}`,
      `critical=${critical}`,
      `waiting_statuses=${waitingStatuses}`,
      `dead_letters=${deadLetters}`,
      `time=${(milliseconds / 1_000).toFixed(3)}s`,
    ];
    const head = `XTENANT ${level.toUpperCase()} - ${ok} of ${customers} Customers are well | ${figures.join(" ")}`;
    return [head, ...unwell.map(line)].join("\n");
  };
}

const line = ({ customer, level, findings }: CustomerState) =>
  `${word(level)} ${customer}: ${withoutBar(findings.map(plainLine).join("; "))}`;

const word = (level: Level) => level.toUpperCase();

/** A bar begins the figures. */
const withoutBar = (text: string) => text.replaceAll("|", "¦");
