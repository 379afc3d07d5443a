import type { Screen } from "../terminal/screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { plainText } from "./plain-text.ts";

/** Talk on stderr: never data, never secrets. */
export type Log = {
  /** What a person must read to go on, such as a code to type elsewhere; never silent. */
  readonly ask: (line: string) => void;
  /** Progress and notices; silent under `--quiet`. */
  readonly info: (line: string) => void;
  /** What was chosen and why; only under `--verbose`. */
  readonly debug: (line: string) => void;
  /** Whether the operator wants no progress. */
  readonly quiet?: boolean;
};

type Options = { readonly quiet: boolean; readonly verbose: boolean; readonly screen?: Screen };

export function createLog(stderr: Terminal["stderr"], { quiet, verbose, screen }: Options): Log {
  const write = (line: string) => {
    const said = () => void stderr.write(`${plainText(line)}\n`);
    screen ? screen.above(said) : said();
  };
  const silent = () => {};
  return { ask: write, info: quiet ? silent : write, debug: verbose && !quiet ? write : silent, quiet };
}
