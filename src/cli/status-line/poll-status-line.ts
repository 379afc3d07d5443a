import { isTaken, type Polled } from "../../lib/receive/receive-record.ts";
import { countOf, type Fleet } from "../../lib/telemetry/customer-health.ts";
import type { FootText } from "../run-command.ts";
import { createRecent } from "./event-rate.ts";
import { footLine } from "./status-line-text.ts";

/** What stands below a tail: how many Customers are live, being connected to and failing, and what came in the last minutes. */
export function createPolledFoot() {
  const recent = createRecent();
  let fleet: Fleet | undefined;
  const foot: FootText = (style, { columns }) => {
    const { green, yellow, red } = style;
    const { live, connecting, failing } = fleet ? countOf(fleet) : { live: 0, connecting: 0, failing: 0 };
    const counts = [
      { sign: "✓", text: `${live} live`, paint: green },
      ...(connecting === 0 ? [] : [{ sign: "…", text: `${connecting} connecting`, paint: yellow }]),
      ...(failing === 0 ? [] : [{ sign: "✗", text: `${failing} failing`, paint: red }]),
    ];
    const standings = fleet && failing > 0 ? [...fleet.standings()] : [];
    const names = standings.filter(({ state }) => state === "failing").map(({ customer }) => customer);
    return footLine({ counts, names, recent, now: Date.now() }, style, columns);
  };
  return {
    foot,
    lookingOn: (one: Fleet) => {
      fleet = one;
    },
    sees: (event: Polled): void => {
      if (isTaken(event)) recent.note(event.customer);
    },
  };
}

export type PolledFoot = ReturnType<typeof createPolledFoot>;
