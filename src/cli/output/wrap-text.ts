import stringWidth from "fast-string-width";
import type { Page } from "../terminal/screen.ts";

/**
 * Breaks lines between words so that none is wider than `width` terminal columns, unless a single word is. Each continuation
 * line begins with the indent, which does not count. Own code: wrap-ansi cannot indent and drops leading spaces.
 */
export const wrapText = (text: string, width: number, indent = ""): string =>
  text
    .split("\n")
    .map((line) => wrapLine(line, width, indent))
    .join("\n");

function wrapLine(text: string, width: number, indent: string): string {
  if (width === Number.POSITIVE_INFINITY) return text;
  const lines: string[] = [];
  let line = "";
  for (const [index, word] of text.split(" ").entries()) {
    const [first = "", ...others] = breakablePieces(word);
    const pieces = [index === 0 || line === "" ? first : ` ${first}`, ...others];
    for (const piece of pieces) {
      if (line !== "" && stringWidth(line + piece) > width) {
        lines.push(line.trimEnd());
        line = piece.trimStart();
      } else line += piece;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

/** A command ends at a mark of the sentence around it. */
const command = /\bxtenant(?: (?:[^\s;,()]|,(?=\S))+)+/g;
const unbroken = "\u00a0";

/** Wraps a next step between its words. A command in it stays in one piece, so that it can be copied. */
export const wrapRemedy = (text: string, width: number, indent = ""): string =>
  wrapText(
    text.replaceAll(command, (line) => line.replaceAll(" ", unbroken)),
    width,
    indent,
  ).replaceAll(unbroken, " ");

/** Chinese and Japanese are written without spaces: a line may break before each character, but not before a closing mark. */
const ideograph = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\p{M}*[ー、。，．：；！？）」』】]*/gu;

function breakablePieces(word: string): readonly string[] {
  const pieces: string[] = [];
  let end = 0;
  for (const { 0: piece, index } of word.matchAll(ideograph)) {
    if (index > end) pieces.push(word.slice(end, index));
    pieces.push(piece);
    end = index + piece.length;
  }
  return end < word.length ? [...pieces, word.slice(end)] : pieces;
}

/** One paragraph, wrapped to the page if there is one; further lines are indented by two more columns than the first. */
export function wrapToPage(text: string, page: Pick<Page, "columns"> | undefined): string {
  if (page === undefined) return text;
  const left = text.length - text.trimStart().length;
  const indent = " ".repeat(left + 2);
  return indent.slice(2) + wrapText(text.slice(left), page.columns - indent.length, indent);
}

const gap = 2;

/** Terms, and beside each its description, wrapped to the width of the page. */
export function formatDefinitions(rows: readonly (readonly string[])[], columns = Number.POSITIVE_INFINITY): string {
  const terms = rows.map((row) => row.slice(0, -1));
  const widths = (terms[0] ?? []).map((_, column) => Math.max(...terms.map((row) => stringWidth(row[column] ?? ""))));
  const left = widths.reduce((total, width) => total + width + gap, 0);
  return rows
    .map((row) => {
      const before = widths.map((width, column) => pad(row[column] ?? "", width + gap)).join("");
      return before + wrapText(row.at(-1) ?? "", columns - left, " ".repeat(left)).trimEnd();
    })
    .join("\n");
}

/** Like `padEnd`, in terminal columns. */
const pad = (text: string, width: number) => text + " ".repeat(Math.max(0, width - stringWidth(text)));
