import type { CustomerState, Level } from "./customer-state.ts";
import { worstLevel } from "./evaluate-state.ts";

/** The totals of one inspection of all customers, reported after the last one. */
export type StateSummary = {
  readonly type: "summary";
  readonly at: string;
  readonly level: Level;
  readonly customers: number;
  readonly ok: number;
  /** Customers among `ok` whose command queue the app has no role to look into. Dead letters there are not counted. */
  readonly partlySeen: number;
  readonly warning: number;
  /** Customers of which nothing is known, because the provider itself failed. */
  readonly unknown: number;
  readonly critical: number;
  readonly waitingStatuses: number;
  readonly deadLetters: number;
  readonly credentialDaysLeft?: number;
  readonly milliseconds: number;
};

export function summarizeStates(
  states: readonly CustomerState[],
  { credentialDaysLeft, milliseconds }: Pick<StateSummary, "credentialDaysLeft" | "milliseconds">,
): StateSummary {
  const at = (level: Level) => states.filter((state) => state.level === level).length;
  const queues = states.flatMap(({ commands, statuses }) => [commands, statuses]);
  return {
    type: "summary",
    at: new Date().toISOString(),
    level: worstLevel(states.map(({ level }) => level)),
    customers: states.length,
    ok: at("ok"),
    partlySeen: states.filter(isPartlySeen).length,
    warning: at("warning"),
    unknown: at("unknown"),
    critical: at("critical"),
    waitingStatuses: sum(states.map(({ statuses }) => (statuses.counts === "unknown" ? 0 : statuses.active))),
    deadLetters: sum(queues.map((queue) => (queue.counts === "unknown" ? 0 : queue.deadLetter))),
    credentialDaysLeft,
    milliseconds,
  };
}

/** Nothing is wrong as far as could be seen: least privilege has no Listen role on the command queue. */
export const isPartlySeen = ({ level, commands }: Pick<CustomerState, "level" | "commands">): boolean =>
  level === "ok" && commands.counts === "unknown" && commands.reason === "no-listen-role";

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
