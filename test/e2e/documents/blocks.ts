import { marked, type Token } from "marked";

/** A block of code of a Markdown document. */
export type Block = {
  /** The language of the fence. Empty for an indented block. */
  readonly language: string;
  /** The text of the HTML comment above the fence: `not run: reason`, `run until interrupted`, or `file: name`. */
  readonly directive: string;
  readonly text: string;
};

/** Every block of code, in the order of the document, also those in lists. */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let directive = "";
  const collect = (token: Token) => {
    if (token.type === "code") {
      blocks.push({ language: token.lang ?? "", directive, text: token.text });
    }
    if (token.type !== "space") directive = directiveOf(token);
  };
  marked.walkTokens(marked.lexer(markdown), collect);
  return blocks;
}

/** The words of an HTML comment, which a reader of the document does not see. */
function directiveOf(token: Token): string {
  return token.type === "html" ? (/^<!-- (.*) -->\s*$/s.exec(token.text)?.[1] ?? "") : "";
}

/** The targets of its links, without those to other sites. */
export function linksOf(markdown: string): readonly string[] {
  const links: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    if (token.type === "link" && !/^(?:\w+:|#)/.test(token.href)) links.push(token.href.replace(/#.*/, ""));
  });
  return links;
}

export type Exchange = { readonly command: string; readonly shown: readonly string[] };

/** The content of a console block: each command after `$ `, with its continuation lines, and the output. */
export function exchangesOf({ text }: Block): readonly Exchange[] {
  const exchanges: { command: string; shown: string[] }[] = [];
  for (const line of text.split("\n")) {
    const last = exchanges.at(-1);
    if (line.startsWith("$ ")) exchanges.push({ command: line.slice(2), shown: [] });
    else if (last === undefined) throw new Error(`a console block begins with a command, not with '${line}'`);
    else if (last.shown.length === 0 && /[\\|]$/.test(last.command)) last.command += `\n${line}`;
    else last.shown.push(line);
  }
  return exchanges;
}
