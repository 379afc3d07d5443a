/** Lines of whole words, none wider than that unless a word is; each but the first begins with the indent, which is not counted. */
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
    if (line !== "" && longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${indent}`);
}

const gap = 2;

/** Terms, and beside each what it means, wrapped where there is a page. */
export function formatDefinitions(rows: readonly (readonly string[])[], columns = Number.POSITIVE_INFINITY): string {
  const terms = rows.map((row) => row.slice(0, -1));
  const widths = (terms[0] ?? []).map((_, column) => Math.max(...terms.map((row) => row[column]?.length ?? 0)));
  const left = widths.reduce((total, width) => total + width + gap, 0);
  return rows
    .map((row) => {
      const before = widths.map((width, column) => (row[column] ?? "").padEnd(width + gap)).join("");
      return before + wrapText(row.at(-1) ?? "", columns - left, " ".repeat(left)).trimEnd();
    })
    .join("\n");
}
