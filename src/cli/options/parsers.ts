import { InvalidArgumentError } from "commander";
import { parseDurationText } from "../../lib/domain/duration.ts";
import { longestTimeToLive } from "../../lib/domain/message-limits.ts";
import { parseInstant } from "../../lib/domain/typed-value.ts";

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `250ms`, `30s`, `5m`, `2h`, `1d` → milliseconds, at most 24 days. */
export const parseDuration = (text: string): number => parseArgument(parseDurationText)(text);

/** A message may live for longer than a timer of this process. */
const messageUnits = { ...units, w: 7 * units.d } as const;

/** `DateTimeOffset.MaxValue` of .NET: the service has no other limit for a scheduled time (Azure/azure-service-bus-go#103). */
const latestSchedule = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function parseMessageDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new InvalidArgumentError("expected a duration such as 30s, 5m, 90d or 2w.");
  return Math.round(Number(amount) * messageUnits[unit as keyof typeof messageUnits]);
}

/** The time to live of a message: `30s` to `10675199d`. */
export function parseTimeToLive(text: string): number {
  const milliseconds = parseMessageDuration(text);
  if (milliseconds < 1) throw new InvalidArgumentError("expected at least 1ms: Service Bus refuses no time to live.");
  if (milliseconds > longestTimeToLive)
    throw new InvalidArgumentError("expected at most 10675199d, the longest time to live of Service Bus.");
  return milliseconds;
}

/** How long a message is scheduled from now. */
export function parseDelay(text: string): number {
  const milliseconds = parseMessageDuration(text);
  if (Date.now() + milliseconds > latestSchedule)
    throw new InvalidArgumentError("expected a time before the year 10000, the latest of Service Bus.");
  return milliseconds;
}

/** A time at which a message is delivered: `2026-01-31T12:00:00Z`. */
export function parseMoment(text: string): Date {
  const date = parseInstant(text);
  if (date === undefined)
    throw new InvalidArgumentError("expected a time with its zone, such as 2026-01-31T12:00:00Z.");
  if (date.getTime() > latestSchedule)
    throw new InvalidArgumentError("expected a time before the year 10000, the latest of Service Bus.");
  return date;
}

/** The opposite, in the largest unit of which it is a whole number: `15m`. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = Object.entries(units).findLast(([, one]) => milliseconds % one === 0) ?? ["ms", 1];
  return milliseconds === 0 ? "0s" : `${milliseconds / size}${unit}`;
}

/** `90d` → whole days, at most two years (Entra's default for secrets). */
export function parseDays(text: string): number {
  const [, amount] = /^([1-9]\d{0,2})d$/.exec(text) ?? [];
  if (amount === undefined || Number(amount) > 730)
    throw new InvalidArgumentError("expected days such as 90d, at most 730d.");
  return Number(amount);
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("expected a whole number of at least 1.");
  return Number(text);
}

/** A sequence number: Service Bus counts in 64 bits. */
export function parseSequenceNumber(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new InvalidArgumentError("expected a sequence number.");
  return BigInt(text);
}

/** `2026-01-31T12:00:00Z`, or how long ago: `15m`. */
export function parseTime(text: string): Date {
  if (/^\d+(?:\.\d+)?[a-z]+$/.test(text)) return new Date(Date.now() - parseDuration(text));
  if (!/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("expected a time such as 2026-01-31T12:00:00Z, or how long ago, such as 15m.");
  return new Date(text);
}

export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("expected a port, 0 to 65535.");
  return Number(text);
}

/** Turns a domain parser that throws plain errors into one whose message commander prints with the option's name. */
export const parseArgument =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };

/** The same for an option or argument that may be repeated. */
export const parseRepeatedArgument =
  <T>(parse: (text: string) => T) =>
  (text: string, before: readonly T[] = []): readonly T[] => [...before, parseArgument(parse)(text)];

/** `50/s`, `30/m` → messages a second. */
export function parseRate(text: string): number {
  const [, amount, unit] = /^(\d{1,7}(?:\.\d+)?)\/(s|m|h)$/.exec(text) ?? [];
  const perSecond = (Number(amount) * 1_000) / units[(unit ?? "s") as "s" | "m" | "h"];
  if (!(perSecond > 0)) throw new InvalidArgumentError("expected a rate such as 50/s or 30/m.");
  return perSecond;
}
