import stringWidth from "fast-string-width";
import type { Cell } from "./emulated-terminal.ts";
import type { SteadyWords } from "./steady-words.ts";
import { baseline, type Colour, charWidth, escaped, padding, terminalWindow } from "./terminal-window.ts";

type Picture = { readonly command: string; readonly title: string; readonly description: string };

/** The screen of a terminal as it is, as text in an SVG. Empty lines at its end are left out. */
export function screenPicture(
  cells: readonly (readonly Cell[])[],
  { command, title, description }: Picture,
  { onScreen }: Pick<SteadyWords, "onScreen">,
): string {
  const last = cells.findLastIndex((row) => row.some(({ text }) => text !== " "));
  const shown = cells.slice(0, last + 1);
  return terminalWindow({
    ...{ command, title, description },
    columns: cells[0]?.length ?? 80,
    rows: shown.length,
    lines: shown
      .map((row, index) => lineOf(steadyRow(row, onScreen), index))
      .filter(Boolean)
      .join("\n"),
  });
}

/** The row with other words of the same width; the colours stay where they are. */
function steadyRow(row: readonly Cell[], onScreen: SteadyWords["onScreen"]): readonly Cell[] {
  const visible = row.filter(({ width }) => width > 0);
  const signs = [
    ...onScreen(
      visible
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
    ),
  ];
  return visible.map((cell, index) => ({ ...cell, text: signs[index] ?? " " }));
}

type Run = { readonly column: number; readonly text: string; readonly width: number; readonly colour: Colour };

/** Each run stands at its column and has its width, so that columns are straight in every font. */
function lineOf(row: readonly Cell[], index: number): string {
  const runs = runsOf(row).map(({ column, text, width, colour }) => {
    const x = (padding + column * charWidth).toFixed(1);
    const length = width > 1 ? ` textLength="${(width * charWidth).toFixed(1)}"` : "";
    return `<tspan x="${x}"${length} class="${colour}">${escaped(text)}</tspan>`;
  });
  return runs.length === 0 ? "" : `<text y="${baseline(index)}" xml:space="preserve">${runs.join("")}</text>`;
}

/** Words of one colour. Two spaces are between columns. */
function runsOf(row: readonly Cell[]): readonly Run[] {
  const same: Omit<Run, "width">[] = [];
  let column = 0;
  for (const cell of row) {
    const { text, width } = cell;
    const colour = colourOf(cell);
    const before = same.at(-1);
    if (before?.colour === colour) same[same.length - 1] = { ...before, text: before.text + text };
    else same.push({ column, text, colour });
    column += width;
  }
  return same.flatMap(({ column: start, text, colour }) =>
    [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => ({
      ...{ column: start + stringWidth(text.slice(0, index)), text: words, width: stringWidth(words), colour },
    })),
  );
}

const palette: Readonly<Record<number, Colour>> = { 1: "red", 2: "green", 3: "yellow", 6: "cyan" };

const colourOf = ({ colour, isBold, isDim }: Cell): Colour =>
  (colour === undefined ? undefined : palette[colour]) ?? (isBold ? "bold" : isDim ? "dim" : "plain");
