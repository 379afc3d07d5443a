import { readFileSync } from "node:fs";
import { join } from "node:path";
import { asciiStream } from "../output/ascii.ts";
import { styleFor } from "../output/style.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { withBoldHeadings } from "./bold-headings.ts";

/** The widths that help is laid out for. Longer lines are hard to read in a wide window. */
export const helpWidths = [80, 100] as const;

/** The width of help at a terminal with this number of columns: its own only where it is narrow. */
export const helpWidth = (columns: number | undefined): number =>
  helpWidths.findLast((width) => width <= (columns || 80)) ?? (columns || 80);

/** The path of a page in the folder of pages. `words` are those after `xtenant`; `--version` has a page, too. */
export const helpPagePath = (words: readonly string[], width: number): string =>
  join(String(width), `${["xtenant", ...words].join(".")}.txt`);

/** The words of the page that a command line asks for, if it asks for a page and nothing else. */
export function helpPageAsked(argv: readonly string[]): readonly string[] | undefined {
  const [last = "--help", ...before] = argv.toReversed();
  if (before.length === 0 && (last === "--version" || last === "-V")) return ["--version"];
  const isHelp = (last === "--help" || last === "-h") && before.every((word) => /^[a-z]+(?:-[a-z]+)*$/.test(word));
  return isHelp ? before.toReversed() : undefined;
}

type Started = Pick<Terminal, "stdout" | "env"> & { readonly argv: readonly string[] };

/**
 * Prints the page that the build has made for this command line. To load the program for it takes as long as Node's own start.
 *
 * @returns false where the program itself has to answer: for another command line, a narrow terminal, an output that fails
 */
export async function printHelpPage({ argv, env, stdout }: Started, folder: string): Promise<boolean> {
  const words = helpPageAsked(argv.slice(2));
  const page = words && readPage(join(folder, helpPagePath(words, helpWidth(stdout.columns))));
  if (page === undefined) return false;
  // The program reports it.
  stdout.on("error", () => {});
  const text = withBoldHeadings(page, styleFor(stdout, env, true));
  return new Promise((resolve) => void asciiStream(stdout, env).write(text, (error) => resolve(!error)));
}

function readPage(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
