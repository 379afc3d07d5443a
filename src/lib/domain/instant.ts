/** A time without a zone would be a different moment on each machine. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[-+]\d\d:\d\d)$/;

/** `2026-01-01T00:00:00Z` as a time; undefined for any other text, and for a day that its month does not have. */
export const parseInstant = (text: string): Date | undefined =>
  moment.test(text) && !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10)) ? new Date(text) : undefined;

/** `Date` reads 30 February as 2 March. */
const isDay = (date: string) => new Date(date).toISOString().startsWith(date);
