/**
 * A table like those in docs/internals/performance.md. The first column names the measurement, the others are figures.
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** 12,345 */
export const whole = (value: number): string => Math.round(value).toLocaleString("en");
