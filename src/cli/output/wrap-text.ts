import stringWidth from "string-width";

/**
 * Breaks lines between words so that none is wider than `width` terminal columns, unless a single word is. Each continuation
 * line begins with the indent, which does not count. Own code: wrap-ansi cannot indent and drops leading spaces.
 */
export const wrapText = (text: string, width: number, indent = ""): string =>
  text
    .split("\n")
    .map((line) => wrapLine(line, width, indent))
    .join("\n");

function wrapLine(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${indent}`);
}

const gap = 2;

/** Terms, and beside each its description, wrapped to the width of the page. */
export function formatDefinitions(rows: readonly (readonly string[])[], columns = Number.POSITIVE_INFINITY): string {
  const terms = rows.map((row) => row.slice(0, -1));
  const widths = (terms[0] ?? []).map((_, column) => Math.max(...terms.map((row) => stringWidth(row[column] ?? ""))));
  const left = widths.reduce((total, width) => total + width + gap, 0);
  return rows
    .map((row) => {
      const before = widths.map((width, column) => pad(row[column] ?? "", width + gap)).join("");
      return before + wrapText(row.at(-1) ?? "", columns - left, " ".repeat(left)).trimEnd();
    })
    .join("\n");
}

/** Like `padEnd`, in terminal columns. */
const pad = (text: string, width: number) => text + " ".repeat(Math.max(0, width - stringWidth(text)));
