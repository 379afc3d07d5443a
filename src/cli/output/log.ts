import { plainText } from "../../lib/domain/plain-text.ts";
import type { Log } from "../../lib/ports/log.ts";
import type { Screen } from "../terminal/screen.ts";
import type { Terminal } from "../terminal/terminal.ts";

type Options = { readonly quiet: boolean; readonly verbose: boolean; readonly screen?: Screen };

export function createLog(stderr: Terminal["stderr"], { quiet, verbose, screen }: Options): Log {
  const write = (line: string) => {
    const said = () => void stderr.write(`${plainText(line)}\n`);
    screen ? screen.above(said) : said();
  };
  const silent = () => {};
  return { ask: write, info: quiet ? silent : write, debug: verbose && !quiet ? write : silent, quiet };
}
