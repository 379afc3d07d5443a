import { z } from "zod";

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a text such as `500ms`, `30s`, `-10m`, `2h`. */
export const signedDuration = z.string().transform((text, context) => {
  const [, count, unit] = /^(-?\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * units[unit as keyof typeof units];
  context.addIssue({ code: "custom", message: 'expected a duration, such as "500ms", "30s", "10m" or "2h"' });
  return z.NEVER;
});

export const duration = signedDuration.refine((milliseconds) => milliseconds >= 0, "must not be negative");
