import { ASTNodeTypes, type TxtDocumentNode, type TxtNode } from "@textlint/ast-node-types";

/** A part of a text that is prose. */
export type Part = { readonly start: number; readonly end: number };

/** Parts that belong together. Between two of them stands code, or the beginning of a line. */
export type Paragraph = { readonly parts: readonly Part[]; readonly between: "code" | "line" };

/** In comments and strings, names of code stand in backticks. The same length keeps every word in its place. */
const codeInText = /`[^`\n]+`|\{@link [^}]+\}/g;

/** An item of a list, as in Markdown. */
export const beginsItem = (line: string) => /^\s*(?:[-*]|\d+\.)\s/.test(line);

/** Makes textlint's document of the paragraphs that were found in a text of another kind than Markdown. */
export function documentOf(text: string, paragraphs: readonly Paragraph[]): TxtDocumentNode {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const position = (offset: number) => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - (lineStarts[line] ?? 0) };
  };
  const node = (type: string, { start, end }: Part, raw = text.slice(start, end)) => ({
    type,
    raw,
    range: [start, end] as const,
    loc: { start: position(start), end: position(end) },
  });
  const children = paragraphs.flatMap(({ parts, between }) => {
    const [first] = parts;
    const last = parts.at(-1);
    if (first === undefined || last === undefined) return [];
    const inside = parts.flatMap((part, at) => {
      const before = parts[at - 1];
      const value = text
        .slice(part.start, part.end)
        .replace(/\\[nrt"'`\\]/g, "  ")
        .replace(codeInText, (code) => `X${"x".repeat(code.length - 1)}`);
      const str = { ...node(ASTNodeTypes.Str, part, value), value };
      const joint = between === "code" ? ASTNodeTypes.Code : ASTNodeTypes.Break;
      return before === undefined ? [str] : [node(joint, { start: before.end, end: part.start }), str];
    });
    return [{ ...node(ASTNodeTypes.Paragraph, { start: first.start, end: last.end }), children: inside }];
  });
  const whole = { start: 0, end: text.length };
  return {
    ...node(ASTNodeTypes.Document, whole),
    children: children as readonly TxtNode[],
  } as unknown as TxtDocumentNode;
}
