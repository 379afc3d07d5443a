import type { Page } from "../terminal/screen.ts";

/** A time as people read it: hours, minutes and seconds, and the date where it is not today's. Local time, or UTC with a Z. */
export function formatTime(
  iso: string,
  { utc, now = new Date() }: { readonly utc?: boolean | undefined; readonly now?: Date } = {},
): string {
  const at = new Date(iso);
  const [day, time] = utc ? utcParts(at) : localParts(at);
  const [today] = utc ? utcParts(now) : localParts(now);
  return `${day === today ? "" : `${day} `}${time}${utc ? "Z" : ""}`;
}

const utcParts = (at: Date): readonly [day: string, time: string] => {
  const text = at.toISOString();
  return [text.slice(0, 10), text.slice(11, 19)];
};

const two = (value: number) => String(value).padStart(2, "0");

const localParts = (at: Date): readonly [day: string, time: string] => [
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`,
];

/** A time in a line of results: local and short on a terminal, and complete in UTC where a program may read it. */
export const viewTime = (
  iso: string,
  page: Page | undefined,
  look: { readonly utc?: boolean | undefined } = {},
): string => (page === undefined ? iso : formatTime(iso, look));
