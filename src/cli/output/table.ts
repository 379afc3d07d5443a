import stringWidth from "fast-string-width";

/** Columns padded to their widest cell in terminal columns, two spaces apart, no trailing space. Cells hold text without color. */
export function table(
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number) => string = (c) => c,
) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ""))));
  return rows.map((row) => tableLine(row, widths, paint)).join("\n");
}

const tableLine = (
  row: readonly string[],
  widths: readonly number[],
  paint: (cell: string, column: number) => string,
) =>
  row
    .map((cell, column) => paint(cell, column) + " ".repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell))))
    .join("  ")
    .trimEnd();
