const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Numbers as bars, the largest full. */
export function sparkline(numbers: readonly number[]): string {
  const largest = Math.max(1, ...numbers);
  return numbers.map((number) => bars[Math.round((number / largest) * (bars.length - 1))]).join("");
}
