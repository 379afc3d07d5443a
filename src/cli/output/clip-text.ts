import stringWidth from "fast-string-width";

/** Shortens text without colour to a number of terminal columns, with an ellipsis for what was cut. */
export function clipText(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let clipped = "";
  let width = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    clipped += segment;
  }
  return `${clipped}…`;
}
