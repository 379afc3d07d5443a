import type { Printer } from "../run-command.ts";
import type { Page, Screen } from "../terminal/screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { asciiText } from "./ascii.ts";
import type { PageStart } from "./pager.ts";
import { styleFor } from "./style.ts";

type PrinterOptions = Pick<Printer, "json" | "openWriter"> & {
  readonly color: boolean;
  readonly screen?: Screen;
  /** Whether the person at the terminal wants a pager. */
  readonly pager?: boolean;
};

/** Results go to stdout, a line for each; the promise rejects when stdout refuses the line. */
export function createPrinter(
  terminal: Pick<Terminal, "stdout" | "env" | "job">,
  { json, color, screen, openWriter, pager = false }: PrinterOptions,
): Printer {
  const { stdout, env } = terminal;
  const print = (line: string) =>
    new Promise<void>((resolve, reject) => {
      const write = () => void stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
      screen ? screen.above(write) : write();
    });
  const printPages = async (text: string, start: PageStart, size: Page) => {
    const { isLonger, showInPager } = await import("./pager.ts");
    const shown = isLonger(text, size) && (await showInPager(asciiText(text, terminal), start, terminal));
    if (!shown) await print(text);
  };
  return {
    json,
    openWriter,
    style: styleFor(stdout, env, color && !json && openWriter === undefined),
    screen,
    print,
    ...(pager && screen && { printPages: (text, start) => printPages(text, start, screen) }),
  };
}
