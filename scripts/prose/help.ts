import type { Paragraph, Part } from "./paragraphs.ts";

/**
 * The paragraphs of a help text. An option and the lines that continue its description, which are indented deeper, are one
 * paragraph, of which the name of the option is no part.
 */
export function paragraphsOfHelp(text: string): readonly Paragraph[] {
  const paragraphs: Part[][] = [];
  let start = 0;
  let indentOfItem = 0;
  let continues = false;
  for (const line of text.split("\n")) {
    const indent = line.search(/\S/);
    const name = /^\s+\S.*?\s{2,}(?=\S)/.exec(line)?.[0].length ?? Math.max(indent, 0);
    const part = { start: start + name, end: start + line.length };
    start += line.length + 1;
    if (indent === -1) {
      continues = false;
      continue;
    }
    const isSameItem =
      continues && !line.startsWith("* ") && (indent > indentOfItem || (indent === 0 && indentOfItem === 0));
    if (isSameItem) {
      const item = paragraphs.at(-1) ?? [];
      const last = item.at(-1);
      // The break between the two lines is part of the text.
      if (last !== undefined) item[item.length - 1] = { start: last.start, end: start - 1 };
      continue;
    }
    paragraphs.push([part]);
    indentOfItem = indent;
    // What follows a heading is not its continuation.
    continues = indent > 0 || !line.trimEnd().endsWith(":");
  }
  return paragraphs.map((parts) => ({ parts, between: "line" }));
}
