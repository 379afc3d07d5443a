import { InvalidArgumentError } from "commander";
import { durationUnits, parseDurationText, readDuration } from "../../lib/domain/duration.ts";
import { parseInstant } from "../../lib/domain/instant.ts";
import { longestTimeToLive } from "../../lib/domain/message-limits.ts";
import { parseArgument } from "./parsers.ts";

function durationFrom(text: string, example: string): number {
  const milliseconds = readDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`expected a duration such as ${example}.`);
  return milliseconds;
}

/** `250ms`, `30s`, `5m`, `2h`, `1d` → milliseconds, at most 24 days. */
export const parseDuration = (text: string): number => parseArgument(parseDurationText)(text);

/** The opposite, in the largest unit of which it is a whole number: `15m`. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = Object.entries(durationUnits).findLast(
    ([name, one]) => name !== "w" && milliseconds % one === 0,
  ) ?? ["ms", 1];
  return milliseconds === 0 ? "0s" : `${milliseconds / size}${unit}`;
}

/** The time to live of a message: `30s` to `10675199d`. */
export function parseTimeToLive(text: string): number {
  const milliseconds = durationFrom(text, "30s, 5m, 90d or 2w");
  if (milliseconds < 1) throw new InvalidArgumentError("expected at least 1ms: Service Bus refuses no time to live.");
  if (milliseconds > longestTimeToLive)
    throw new InvalidArgumentError("expected at most 10675199d, the longest time to live of Service Bus.");
  return milliseconds;
}

/** `90d`, `2w` → whole days, at most two years (Entra's default for secrets). */
export function parseDays(text: string): number {
  const days = /^\d+[dw]$/.test(text) ? durationFrom(text, "90d") / durationUnits.d : 0;
  if (days < 1 || days > 730) throw new InvalidArgumentError("expected days such as 90d, at most 730d.");
  return days;
}

/** `DateTimeOffset.MaxValue` of .NET: the service has no other limit for a scheduled time (Azure/azure-service-bus-go#103). */
const latestSchedule = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How long a message is scheduled from now. */
export function parseDelay(text: string): number {
  const milliseconds = durationFrom(text, "30s, 5m, 90d or 2w");
  if (Date.now() + milliseconds > latestSchedule)
    throw new InvalidArgumentError("expected a time before the year 10000, the latest of Service Bus.");
  return milliseconds;
}

/** A time at which a message is delivered: `14:30` is the next one, `15m` is from now. */
export function parseMoment(text: string, now: Date = new Date()): Date {
  const date = readTime(text, "next", now);
  if (date === undefined)
    throw new InvalidArgumentError(
      "expected a time such as 14:30, 'tomorrow 14:30' or 15m, or one with its zone, 2026-01-31T12:00:00Z.",
    );
  if (date.getTime() > latestSchedule)
    throw new InvalidArgumentError("expected a time before the year 10000, the latest of Service Bus.");
  return date;
}

/** A time in the past: `14:30` is the last one, `15m` is how long ago. */
export function parseTime(text: string, now: Date = new Date()): Date {
  const date = readTime(text, "last", now);
  if (date === undefined)
    throw new InvalidArgumentError(
      "expected a time such as 14:30, yesterday or 2026-01-31T12:00:00Z, or how long ago, such as 15m.",
    );
  return date;
}

const dayNames = { yesterday: -1, today: 0, tomorrow: 1 } as const;

/**
 * Every time of the command line is read here. A time of day and the name of a day are local: `14:30`, `tomorrow`,
 * `tomorrow 14:30`, `2026-01-31`. A day alone is its first moment. A complete time says its zone, so that a script means the same everywhere.
 */
function readTime(text: string, side: "last" | "next", now: Date): Date | undefined {
  const duration = readDuration(text);
  if (duration !== undefined) return new Date(now.getTime() + (side === "next" ? duration : -duration));
  const [, day, hour, minute = "0", second = "0"] =
    /^(yesterday|today|tomorrow)?(?:(?:^|[ T])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?$/i.exec(text) ?? [];
  if (day !== undefined || hour !== undefined) {
    const days = day === undefined ? 0 : dayNames[day.toLowerCase() as keyof typeof dayNames];
    const on = (added: number) =>
      new Date(now.getFullYear(), now.getMonth(), now.getDate() + days + added, Number(hour ?? 0), +minute, +second);
    if (day !== undefined) return on(0);
    if (side === "next") return on(0) <= now ? on(1) : on(0);
    return on(0) > now ? on(-1) : on(0);
  }
  const [date, year, month, dayOfMonth] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (date !== undefined) {
    const start = new Date(Number(year), Number(month) - 1, Number(dayOfMonth));
    return start.getMonth() === Number(month) - 1 ? start : undefined;
  }
  return parseInstant(text);
}
