import { formatAge } from "../../lib/domain/readable-units.ts";
import { sparkline } from "../output/sparkline.ts";
import type { Style } from "../output/style.ts";
import type { EventRate } from "./event-rate.ts";

type Counted = { readonly sign: string; readonly text: string; readonly paint: (text: string) => string };

export type StatusLineContent = {
  /** What is so now: these are never left out. */
  readonly counts: readonly Counted[];
  /** Names of what is not well, for where there is room. */
  readonly names?: readonly string[];
  readonly recent: EventRate;
  readonly now: number;
};

const gap = 2;
const shortestTrend = 6;

/** One line no wider than the terminal: counts first, then what room there is for when the last came, how fast, and the trend. */
export function formatStatusLine(
  { counts, names = [], recent, now }: StatusLineContent,
  style: Style,
  columns: number,
): string {
  const head = counts.map(({ sign, text }) => `${sign} ${text}`);
  let room = columns - 1 - head.reduce((total, text) => total + text.length + gap, -gap);
  const fitting = (...candidates: readonly string[]) => {
    const found = candidates.find((text) => text !== "" && text.length + gap <= room) ?? "";
    room -= found === "" ? 0 : found.length + gap;
    return found;
  };
  const last = fitting(...lastWords(recent, now));
  const rate = fitting(formatRate(recent.rate()));
  const named = names.length === 0 ? "" : fitting(names.join(", "));
  const figures = recent.slices();
  const bars = Math.min(figures.length, room - gap);
  const trend =
    recent.last && (bars >= shortestTrend || bars === figures.length) ? sparkline(figures.slice(-bars)) : "";
  const painted = counts.map(({ paint }, index) => paint(head[index] ?? ""));
  const rest = [named, rate, last, trend].filter((text) => text !== "").map((text) => style.dim(text));
  return clipped([...painted, ...rest].join(" ".repeat(gap)), columns, [...head].join(" ".repeat(gap)));
}

/** Where not even the counts fit, they are cut, and lose their colour. */
const clipped = (line: string, columns: number, head: string) =>
  head.length < columns ? line : head.slice(0, columns - 1);

function lastWords({ last }: EventRate, now: number): readonly string[] {
  if (last === undefined) return ["no message yet"];
  const ago = now - last.at < 1_000 ? "just now" : `${formatAge(now - last.at)} ago`;
  return [`last ${last.who} ${ago}`, `last ${ago}`, ago];
}

/** `3.2/s`, `12/min`; nothing where nothing came. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}/s`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`;
  return perSecond > 0 ? `${Math.max(1, Math.round(perSecond * 60))}/min` : "";
}
