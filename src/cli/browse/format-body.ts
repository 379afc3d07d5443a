/** Deeper lines have no more space before them: a hostile body is all depth. */
const deepestIndent = 40;
const indentOf = (depth: number) => "  ".repeat(Math.min(depth, deepestIndent));

const jsonTokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * JSON with a line for each member. Numbers, keys and escapes stay as they are written: a number of 20 digits keeps them all. The text
 * must be valid JSON.
 */
export function indentJson(text: string): string {
  let out = "";
  let depth = 0;
  let before = "";
  const newLine = () => `\n${indentOf(depth)}`;
  for (const [token] of text.matchAll(jsonTokens)) {
    const opened = before === "{" || before === "[";
    if (token === "}" || token === "]") {
      depth -= 1;
      out += opened ? token : newLine() + token;
    } else {
      if (opened || before === ",") out += newLine();
      out += token === ":" ? ": " : token;
      if (token === "{" || token === "[") depth += 1;
    }
    before = token;
  }
  return out;
}

/** What begins otherwise ends with `>`. */
const xmlSpans = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

/** Tags, comments and the text between them; undefined where one does not end. */
function xmlTokens(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = xmlTokenEnd(text, at);
    if (end === undefined) return undefined;
    tokens.push(text.slice(at, end));
    at = end;
  }
  return tokens;
}

function xmlTokenEnd(text: string, at: number): number | undefined {
  if (text[at] !== "<") {
    const next = text.indexOf("<", at);
    return next < 0 ? text.length : next;
  }
  for (const [start, stop] of xmlSpans) {
    if (!text.startsWith(start, at)) continue;
    const end = text.indexOf(stop, at + start.length);
    return end < 0 ? undefined : end + stop.length;
  }
  let quote: string | undefined;
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text[index];
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return index + 1;
    else if (character === "<") return undefined;
  }
  return undefined;
}

/** XML with a line for each element; an element that has only text stays on one line. Undefined for what does not look like XML. */
export function indentXml(text: string): string | undefined {
  const tokens = text.trimStart().startsWith("<") ? xmlTokens(text) : undefined;
  if (tokens === undefined) return undefined;
  const lines: string[] = [];
  let depth = 0;
  const opened: string[] = [];
  const put = (line: string) => lines.push(indentOf(depth) + line);
  const words = tokens.map((token) => token.trim()).filter((token) => token !== "");
  for (let at = 0; at < words.length; at += 1) {
    const token = words[at] ?? "";
    const [inner = "", close = ""] = [words[at + 1], words[at + 2]];
    if (token.startsWith("</")) {
      if (opened.pop() !== nameOf(token)) return undefined;
      depth -= 1;
      put(token);
    } else if (!isOpening(token)) put(token);
    else if (isClosingOf(token, inner)) {
      put(token + inner);
      at += 1;
    } else if (!inner.startsWith("<") && isClosingOf(token, close)) {
      put(token + inner + close);
      at += 2;
    } else {
      put(token);
      opened.push(nameOf(token));
      depth += 1;
    }
  }
  return opened.length === 0 ? lines.join("\n") : undefined;
}

const isOpening = (token: string) => /^<[^/!?]/.test(token) && !token.endsWith("/>");
const nameOf = (token: string) => /^<\/?([^\s/>]+)/.exec(token)?.[1] ?? "";
const isClosingOf = (opening: string, token: string) => token.startsWith("</") && nameOf(token) === nameOf(opening);

const bytesInLine = 16;

/** Bytes as `00000000  7b 22 61 22 …  {"a"…`. */
export function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesInLine) {
    const part = [...bytes.subarray(at, at + bytesInLine)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(bytesInLine * 3 - 1)}  ${text}`);
  }
  return lines;
}
