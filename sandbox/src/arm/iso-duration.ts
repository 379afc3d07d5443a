/** .NET's longest time span, which Azure writes for "never". */
const forever = "P10675199DT2H48M5.4775807S";

const units = {
  year: 365 * 86_400_000,
  month: 30 * 86_400_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
} as const;

/** ISO 8601 as Azure writes it; undefined is never. */
export function formatDuration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return forever;
  const part = (size: number, of: number, letter: string) => {
    const count = Math.floor((milliseconds % of) / size);
    return count === 0 ? "" : `${count}${letter}`;
  };
  const days = part(units.day, Number.POSITIVE_INFINITY, "D");
  const seconds = (milliseconds % units.minute) / units.second;
  const time = `${part(units.hour, units.day, "H")}${part(units.minute, units.hour, "M")}${seconds === 0 ? "" : `${seconds}S`}`;
  return time === "" ? `P${days === "" ? "T0S" : days}` : `P${days}T${time}`;
}

const pattern = /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Milliseconds of an ISO 8601 duration, with years of 365 and months of 30 days; infinite for what Azure takes as "never", NaN for other text. */
export function parseDuration(text: string): number {
  const match = text.match(pattern);
  if (match === null) return Number.NaN;
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const milliseconds =
    years * units.year +
    months * units.month +
    days * units.day +
    hours * units.hour +
    minutes * units.minute +
    seconds * units.second;
  return days >= 10_675_199 ? Number.POSITIVE_INFINITY : Math.round(milliseconds);
}
