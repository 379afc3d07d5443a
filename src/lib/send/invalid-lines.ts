import { Failure } from "../errors/failure.ts";

/** A line of the input that cannot be sent. */
export type InvalidLine = { readonly line: number; readonly failure: Failure };

/** How many lines a failure describes; it only names the others. */
const describedAtMost = 5;

/** One failure for all lines of the input that cannot be sent. */
export function invalidLines(invalid: readonly InvalidLine[], lines: number): Failure | undefined {
  const [first] = invalid;
  if (first === undefined) return undefined;
  if (invalid.length === 1) return first.failure;
  const described = invalid.slice(0, describedAtMost).map(({ failure }) => failure.message);
  const others = invalid.slice(describedAtMost).map(({ line }) => line);
  const more = others.length === 0 ? [] : [`and ${nameLines(others)}`];
  return first.failure.with({
    message: `${invalid.length} of ${lines} lines cannot be sent: ${[...described, ...more].join("; ")}`,
  });
}

/** The failure at the end of a run that left lines out. */
export const linesSkipped = (skipped: readonly number[]): Failure =>
  new Failure(
    "LinesSkipped",
    `${nameLines(skipped)} ${skipped.length === 1 ? "was" : "were"} not sent; all other lines were`,
  );

/** `line 3`, `lines 3, 5-9`. */
export function nameLines(numbers: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of numbers.toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return `${numbers.length === 1 ? "line" : "lines"} ${texts.join(", ")}`;
}
