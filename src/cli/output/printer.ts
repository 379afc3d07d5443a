import type { Printer } from "../run-command.ts";
import type { Screen } from "../terminal/screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { styleFor } from "./style.ts";

type PrinterOptions = Pick<Printer, "json" | "openWriter"> & { readonly color: boolean; readonly screen?: Screen };

/** Results go to stdout, a line for each; the promise rejects when stdout refuses the line. */
export const createPrinter = (
  { stdout, env }: Pick<Terminal, "stdout" | "env">,
  { json, color, screen, openWriter }: PrinterOptions,
): Printer => ({
  json,
  openWriter,
  style: styleFor(stdout, env, color && !json && openWriter === undefined),
  screen,
  print: (line) =>
    new Promise((resolve, reject) => {
      const write = () => void stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
      screen ? screen.above(write) : write();
    }),
});
