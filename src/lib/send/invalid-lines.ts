import { Failure } from "../errors/failure.ts";

/** A line of the input that cannot be sent. */
export type InvalidLine = { readonly line: number; readonly failure: Failure };

/** How many lines a failure describes; it only names the others. */
const describedAtMost = 5;

/** Collects the lines of the input that cannot be sent, in constant memory but for the ranges of their numbers. */
export function createInvalidLines() {
  const first: InvalidLine[] = [];
  const others = createLineRanges();
  let count = 0;
  return {
    add: (invalid: InvalidLine) => {
      count += 1;
      if (first.length < describedAtMost) first.push(invalid);
      else others.add(invalid.line);
    },
    count: () => count,
    /** One failure for all of them; undefined for none. */
    failure: (lines: number): Failure | undefined => {
      const [one] = first;
      if (one === undefined || count === 1) return one?.failure;
      const described = first.map(({ failure }) => failure.message);
      const more = others.isEmpty() ? [] : [`and ${others.text()}`];
      return one.failure.with({
        message: `${count} of ${lines} lines cannot be sent: ${[...described, ...more].join("; ")}`,
      });
    },
  };
}

/** The failure at the end of a run that left lines out. */
export const linesSkipped = (skipped: readonly number[]): Failure =>
  new Failure(
    "LinesSkipped",
    `${nameLines(skipped)} ${skipped.length === 1 ? "was" : "were"} not sent; all other lines were`,
  );

/** `line 3`, `lines 3, 5-9`. */
export function nameLines(numbers: readonly number[]): string {
  const ranges = createLineRanges();
  for (const number of numbers) ranges.add(number);
  return ranges.text();
}

/** Line numbers, which mostly follow each other, in the memory of their ranges. */
export function createLineRanges() {
  const ranges: [from: number, to: number][] = [];
  return {
    add: (number: number) => {
      // Batches end nearly in the order of their lines: the place is near the end.
      let at = ranges.length;
      while (at > 0 && (ranges[at - 1]?.[0] ?? 0) > number) at -= 1;
      const [before, after] = [ranges[at - 1], ranges[at]];
      if (before && number <= before[1]) return;
      const joinsBefore = before !== undefined && before[1] + 1 === number;
      const joinsAfter = after !== undefined && after[0] - 1 === number;
      if (joinsBefore && joinsAfter) {
        before[1] = after[1];
        ranges.splice(at, 1);
      } else if (joinsBefore) before[1] = number;
      else if (joinsAfter) after[0] = number;
      else ranges.splice(at, 0, [number, number]);
    },
    isEmpty: () => ranges.length === 0,
    text: () => {
      const [first] = ranges;
      const isOne = ranges.length === 1 && first?.[0] === first?.[1];
      const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
      return `${isOne ? "line" : "lines"} ${texts.join(", ")}`;
    },
  };
}
