import { parseSync } from "rolldown/utils";
import { beginsItem, type Paragraph, type Part } from "./paragraphs.ts";

/** Two words with a space between them, of which at least one is in lower case. */
const isProse = (text: string) =>
  /[A-Za-z]{2,}[,;:.)'"`]* [(<'"`]?[a-z]{2,}/.test(text) || /^[A-Z]?[a-z]+ [a-z]+$/.test(text);

/** What a person may read in a source: comments, and the strings and templates that have words in them. */
export function paragraphsOfTypeScript(text: string): readonly Paragraph[] {
  const { program, comments } = parseSync("source.ts", text);
  const paragraphs: Paragraph[] = [];
  const addLines = (parts: readonly Part[]) => {
    if (isProse(parts.map(({ start, end }) => text.slice(start, end)).join(" ")))
      paragraphs.push(...byLine(text, parts).map((line) => ({ parts: line, between: "code" as const })));
  };
  const visit = (node: unknown): void => {
    if (!isNode(node)) return;
    if (node.type === "Literal" && typeof node.value === "string")
      addLines([{ start: node.start + 1, end: node.end - 1 }]);
    else if (node.type === "TemplateLiteral") addLines(node.quasis ?? []);
    for (const value of Object.values(node)) if (typeof value === "object") visit(value);
  };
  visit(program);
  for (const parts of paragraphsOfComments(text, comments)) paragraphs.push({ parts, between: "line" });
  return paragraphs;
}

/** Of a list of nodes only its values are of use. */
type Node = Part & { readonly type?: string; readonly value?: unknown; readonly quasis?: readonly Part[] };
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** Every line of a string is a paragraph of its own: it is a list, a table or a script. */
function byLine(text: string, parts: readonly Part[]): readonly (readonly Part[])[] {
  const lines: Part[][] = [[]];
  for (const { start, end } of parts) {
    let from = start;
    for (const { index } of text.slice(start, end).matchAll(/\n|\\n/g)) {
      lines.at(-1)?.push({ start: from, end: start + index });
      from = start + index + 1;
      lines.push([]);
    }
    lines.at(-1)?.push({ start: from, end });
  }
  return lines;
}

type Comment = Part & { readonly type: string };

/** Line comments that follow each other are one comment. Names of code stand in backticks. */
function paragraphsOfComments(text: string, comments: readonly Comment[]): readonly (readonly Part[])[] {
  const paragraphs: Part[][] = [];
  let last: Comment | undefined;
  for (const comment of comments) {
    const goesOn =
      last?.type === "Line" && comment.type === "Line" && /^\n\s*$/.test(text.slice(last.end, comment.start));
    const lines = proseOfComment(text, comment);
    if (goesOn) paragraphs.at(-1)?.push(...lines);
    else paragraphs.push(lines);
    last = comment;
  }
  return paragraphs.flatMap((parts) => cutAtItems(text, parts));
}

/** Each line without its star, cut at the code in it. */
function proseOfComment(text: string, { start, end }: Comment): Part[] {
  const parts: Part[] = [];
  for (const { 0: prose, index } of text.slice(start, end).matchAll(/[^\n]+/g)) {
    const lead = /^\s*(?:\/\*\*?|\*\/|\*|\/\/)?\s?/.exec(prose)?.[0].length ?? 0;
    parts.push({ start: start + index + lead, end: start + index + prose.replace(/\s*\*\/$/, "").length });
  }
  return parts.filter((part) => part.end >= part.start);
}

/** A blank line and an item of a list begin a paragraph. */
function cutAtItems(text: string, parts: readonly Part[]): readonly (readonly Part[])[] {
  const paragraphs: Part[][] = [[]];
  for (const part of parts) {
    const line = text.slice(part.start, part.end);
    if (line === "" || beginsItem(line)) paragraphs.push([]);
    if (line !== "") paragraphs.at(-1)?.push(part);
  }
  return paragraphs.filter(({ length }) => length > 0);
}
