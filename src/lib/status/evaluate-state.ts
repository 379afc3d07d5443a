import { countText } from "../domain/count-text.ts";
import { formatAge } from "../domain/readable-units.ts";
import type { Concern, CustomerState, Level, Observation, QueueState } from "./customer-state.ts";

/** Thresholds of warning and critical. A failed check is critical without a threshold. */
export type Thresholds = {
  readonly warnAgeMilliseconds: number;
  readonly criticalAgeMilliseconds?: number;
  readonly warnDeadLetters: number;
  readonly criticalDeadLetters?: number;
  readonly warnDays: number;
};

type Finding = { readonly level: Level; readonly text: string; readonly concern?: Concern };

/** The state of a customer, by its most severe problem. */
export function evaluateState(seen: Observation, thresholds: Thresholds): CustomerState {
  const found = [
    ...seen.errors.map(({ message, shared }): Finding => ({ level: shared ? "unknown" : "critical", text: message })),
    ...(seen.roundTrip?.outcome === "unanswered" ? [warning("no answer to the ping", "ping-unanswered")] : []),
    ...oldest(seen, thresholds),
    ...deadLetters(seen.commands, thresholds, "command-dead-letters"),
    ...deadLetters(seen.statuses, thresholds, "status-dead-letters"),
    ...credential(seen, thresholds),
  ];
  const level = worstLevel(found.map((finding) => finding.level));
  const { errors, ...rest } = seen;
  const concerns = found.flatMap(({ concern }) => concern ?? []);
  const findings = found.map(({ text }) => text);
  return { ...rest, level, findings, ...(concerns.length === 0 ? {} : { concerns }), errors };
}

const order: readonly Level[] = ["ok", "warning", "unknown", "critical"];

export const worstLevel = (levels: readonly Level[]): Level => levels.reduce(worse, "ok");

/** Sorts the most severe first. */
export const compareByLevel = (one: CustomerState, other: CustomerState): number =>
  order.indexOf(other.level) - order.indexOf(one.level);

const worse = (one: Level, other: Level): Level => (order.indexOf(other) > order.indexOf(one) ? other : one);

const warning = (text: string, concern: Concern): Finding => ({ level: "warning", text, concern });

function oldest(
  { at, oldestStatusAt }: Observation,
  { warnAgeMilliseconds, criticalAgeMilliseconds }: Thresholds,
): Finding[] {
  if (oldestStatusAt === undefined) return [];
  const age = Date.parse(at) - Date.parse(oldestStatusAt);
  const text = `a status has waited for ${formatAge(age)}`;
  return graded(age, [warnAgeMilliseconds, criticalAgeMilliseconds], { text, concern: "status-waiting" });
}

function deadLetters(
  queue: QueueState,
  { warnDeadLetters, criticalDeadLetters }: Thresholds,
  concern: Concern,
): Finding[] {
  if (queue.counts === "unknown") return [];
  const text = `${countText(queue.deadLetter, "dead letter")} in ${queue.queue}`;
  return graded(queue.deadLetter, [warnDeadLetters, criticalDeadLetters], { text, concern });
}

function credential({ credentialDaysLeft: days }: Observation, { warnDays }: Thresholds): Finding[] {
  if (days === undefined || days >= warnDays) return [];
  const text = `the app's credential ends in ${countText(days, "day")}`;
  return [{ level: days <= 0 ? "critical" : "warning", text, concern: "credential-ending" }];
}

function graded(
  value: number,
  [warn, critical]: readonly [number, number | undefined],
  finding: Required<Omit<Finding, "level">>,
): Finding[] {
  if (critical !== undefined && value >= critical) return [{ level: "critical", ...finding }];
  return value >= warn ? [{ level: "warning", ...finding }] : [];
}
