import { isTaken, type Polled } from "../messaging/polled.ts";
import { footLine } from "./foot-line.ts";
import { createRecent } from "./recent.ts";
import type { FootText } from "./run.ts";

/** What stands below a tail: how many Customers are read, which fail, and what came in the last minutes. */
export function createPolledFoot() {
  const recent = createRecent();
  const failing = new Set<string>();
  let customers = 0;
  const foot: FootText = (style, { columns }) => {
    const counts = [
      { sign: "✓", text: `${customers - failing.size} live`, paint: style.green },
      ...(failing.size === 0 ? [] : [{ sign: "✗", text: `${failing.size} failing`, paint: style.red }]),
    ];
    return footLine({ counts, names: [...failing], recent, now: Date.now() }, style, columns);
  };
  return {
    foot,
    begins: (count: number) => {
      customers = count;
    },
    sees: (event: Polled): void => {
      if (isTaken(event)) recent.note(event.customer);
      if (event.type === "failed") failing.add(event.customer);
      if (event.type === "recovered") failing.delete(event.customer);
    },
  };
}

export type PolledFoot = ReturnType<typeof createPolledFoot>;
