import { plainText } from "../../lib/domain/plain-text.ts";
import type { Log } from "../../lib/ports/log.ts";
import type { Screen } from "../terminal/screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { jsonLine } from "./failure-json.ts";
import { wrapRemedy } from "./wrap-text.ts";

type Options = {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly screen?: Screen;
  /** Each line is one JSON value, as errors are. */
  readonly json?: boolean;
};

export type LogLevel = "ask" | "info" | "debug";

/** At a terminal a notice is broken between its words, and a command in it stays in one piece. */
const wrapped = (text: string, { isTTY, columns }: Terminal["stderr"]): string =>
  isTTY && columns ? wrapRemedy(text, columns - 2, "  ") : text;

export function createLog(stderr: Terminal["stderr"], { quiet, verbose, screen, json = false }: Options): Log {
  const writer = (level: LogLevel) => (message: string) => {
    const line = json ? jsonLine({ log: { level, message } }) : wrapped(plainText(message), stderr);
    const said = () => void stderr.write(`${line}\n`);
    screen ? screen.above(said) : said();
  };
  const silent = () => {};
  return {
    ask: writer("ask"),
    info: quiet ? silent : writer("info"),
    debug: verbose && !quiet ? writer("debug") : silent,
    quiet,
  };
}
