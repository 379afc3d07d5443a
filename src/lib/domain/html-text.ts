import { plainLine, plainText } from "./plain-text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const withoutMarkup = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

/** Foreign text for the text or an attribute of an HTML page, on one line. It has no effect there. */
export const htmlLine = (foreign: string): string => withoutMarkup(plainLine(foreign));

/** The same for text of several lines, in `pre`. */
export const htmlLines = (foreign: string): string => withoutMarkup(plainText(foreign));
