import type { Printer } from "./run.ts";
import { openScreen } from "./screen.ts";
import { styleFor } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** Results go to stdout, a line for each; the promise rejects when stdout refuses the line. */
export const createPrinter = (
  { stdout, env }: Terminal,
  { json, color }: { json: boolean; color: boolean },
): Printer => ({
  json,
  style: styleFor(stdout, env, color && !json),
  screen: openScreen(stdout, env),
  print: (line) =>
    new Promise((resolve, reject) => {
      stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    }),
});
