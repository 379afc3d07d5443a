const steps = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A time span in its largest unit, rounded down: `2h`. */
export function formatAge(milliseconds: number): string {
  const [unit, size] = steps.find(([, one]) => milliseconds >= one) ?? ["s", 1_000];
  return `${Math.max(0, Math.floor(milliseconds / size))}${unit}`;
}

/** A count in at most five characters, rounded down: `12.3k`. */
export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  const [size, unit] = count < 1_000_000 ? [1_000, "k"] : [1_000_000, "M"];
  const shown = count / size;
  return `${shown < 100 ? Math.floor(shown * 10) / 10 : Math.floor(shown)}${unit}`;
}

/** A short time span: `85ms`, `1.2s`. */
export const formatSpan = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${Math.round(milliseconds)}ms` : `${(milliseconds / 1_000).toFixed(1)}s`;
