import type { Printer } from "../run-command.ts";
import type { Screen } from "../terminal/screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { styleFor } from "./style.ts";

/** Results go to stdout, a line for each; the promise rejects when stdout refuses the line. */
export const createPrinter = (
  { stdout, env }: Pick<Terminal, "stdout" | "env">,
  { json, color, screen }: { json: boolean; color: boolean; screen?: Screen },
): Printer => ({
  json,
  style: styleFor(stdout, env, color && !json),
  screen,
  print: (line) =>
    new Promise((resolve, reject) => {
      const write = () => void stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
      screen ? screen.above(write) : write();
    }),
});
