import { countText } from "../../lib/domain/count-text.ts";
import { isAccepted, type ReceiveRecord } from "../../lib/receive/receive-record.ts";
import { type CustomerHealthTracker, countHealth } from "../../lib/telemetry/customer-health.ts";
import type { StatusLineText } from "../run-command.ts";
import { createEventRate } from "./event-rate.ts";
import { formatStatusLine } from "./status-line-text.ts";

/** What stands below a tail: how many customers are live, being connected to and failing, and what came in the last minutes. */
export function createPollStatusLine() {
  const recent = createEventRate();
  let failedStatuses = 0;
  let fleet: CustomerHealthTracker | undefined;
  const statusLine: StatusLineText = (style, { columns }) => {
    const { green, yellow, red } = style;
    const { live, connecting, failing } = fleet ? countHealth(fleet) : { live: 0, connecting: 0, failing: 0 };
    const counts = [
      { sign: "✓", text: `${live} live`, paint: green },
      ...(connecting === 0 ? [] : [{ sign: "…", text: `${connecting} connecting`, paint: yellow }]),
      ...(failing === 0 ? [] : [{ sign: "✗", text: `${failing} failing`, paint: red }]),
      ...(failedStatuses === 0
        ? []
        : [{ sign: "✗", text: countText(failedStatuses, "failed status", "failed statuses"), paint: red }]),
    ];
    const standings = fleet && failing > 0 ? [...fleet.standings()] : [];
    const names = standings.filter(({ state }) => state === "failing").map(({ customer }) => customer);
    return formatStatusLine({ counts, names, recent, now: Date.now() }, style, columns);
  };
  return {
    foot: statusLine,
    lookingOn: (one: CustomerHealthTracker) => {
      fleet = one;
    },
    sees: (event: ReceiveRecord): void => {
      if (event.type === "message" && event.outcome === "failed") failedStatuses += 1;
      if (isAccepted(event)) recent.note(event.customer);
    },
  };
}

export type PollStatusLine = ReturnType<typeof createPollStatusLine>;
