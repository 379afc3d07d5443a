/** The units of every duration, and their milliseconds. */
export const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `250ms`, `1.5h`, `2w` → milliseconds; undefined for any other text. Every duration is read here. */
export function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  return amount === undefined
    ? undefined
    : Math.round(Number(amount) * durationUnits[unit as keyof typeof durationUnits]);
}

/** Node's timers hold no more. */
const longest = 2 ** 31 - 1;

/** `250ms`, `30s`, `5m`, `2h`, `1d` → milliseconds, at most 24 days. Throws a plain error, for the parser of an argument. */
export function parseDurationText(text: string): number {
  const milliseconds = readDuration(text);
  if (milliseconds === undefined) throw new Error("expected a duration such as 30s or 5m.");
  if (milliseconds > longest) throw new Error("expected at most 24 days.");
  return milliseconds;
}
