import { beginsItem, type Paragraph, type Part } from "./paragraphs.ts";

/** The comments of a file in which they begin with `#` or `//`. Lines that follow each other are one comment. */
export function paragraphsOfComments(text: string): readonly Paragraph[] {
  const paragraphs: Part[][] = [];
  let start = 0;
  let goesOn = false;
  for (const line of text.split("\n")) {
    const [lead] = /^\s*(?:#+|\/\/)\s/.exec(line) ?? [];
    // Behind a value, a comment stands alone.
    const behind = /\S\s+#\s+/.exec(line);
    const from = lead?.length ?? (behind === null ? undefined : behind.index + behind[0].length);
    if (from !== undefined) {
      const part = { start: start + from, end: start + line.length };
      if (lead !== undefined && goesOn && !beginsItem(line.slice(from))) paragraphs.at(-1)?.push(part);
      else paragraphs.push([part]);
    }
    goesOn = lead !== undefined;
    start += line.length + 1;
  }
  return paragraphs.map((parts) => ({ parts, between: "line" }));
}
