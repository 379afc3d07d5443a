const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Node's timers hold no more. */
const longest = 2 ** 31 - 1;

/** `250ms`, `30s`, `5m`, `2h`, `1d` → milliseconds, at most 24 days. Throws a plain error, for the parser of an argument. */
export function parseDurationText(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) throw new Error("expected a duration such as 30s or 5m.");
  const milliseconds = Number(amount) * units[unit as keyof typeof units];
  if (milliseconds > longest) throw new Error("expected at most 24 days.");
  return milliseconds;
}
