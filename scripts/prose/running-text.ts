import type { AnyTxtNode, TxtParentNode } from "@textlint/ast-node-types";

/** The words of one paragraph, heading or table cell, and where each of them stands in its document. */
export type RunningText = { readonly text: string; readonly offsetAt: (index: number) => number };

/** Stands for inline code: one word, which may begin a sentence. */
const codeWord = "Code";

/** Inline code becomes one word; emphasis and links become their text. */
export function runningTextOf(node: TxtParentNode): RunningText {
  let text = "";
  const pieces: { readonly from: number; readonly offset: number }[] = [];
  const append = (words: string, offset: number) => {
    pieces.push({ from: text.length, offset });
    text += words;
  };
  const visit = (child: AnyTxtNode) => {
    if (child.type === "Str") append(child.raw, child.range[0]);
    else if (child.type === "Code") append(codeWord, child.range[0]);
    else if (child.type === "Break") append("\n", child.range[0]);
    else if ("children" in child) for (const one of child.children) visit(one as AnyTxtNode);
  };
  visit(node as AnyTxtNode);
  const offsetAt = (index: number) => {
    const piece = pieces.findLast(({ from }) => from <= index);
    return piece === undefined ? node.range[0] : piece.offset + index - piece.from;
  };
  return { text, offsetAt };
}
