import { hasJsonErrors } from "../src/cli/output/output-format.ts";
import { printFailure } from "../src/cli/output/print-failure.ts";
import { styleFor } from "../src/cli/output/style.ts";
import type { Terminal } from "../src/cli/terminal/terminal.ts";
import { asFailure } from "../src/lib/errors/failure.ts";

/**
 * Keeps what libraries print out of standard error, where each line is ours: the AMQP library prints its buffers, with what a broker
 * sent. Nothing of xtenant prints by `console`.
 */
export function silenceConsole(console: Partial<Record<string, unknown>>): void {
  for (const method of ["log", "info", "warn", "error", "debug", "trace", "dir"]) console[method] = () => {};
}

type Program = {
  readonly argv: readonly string[];
  readonly exit: (exitCode: number) => void;
  readonly on: (event: "uncaughtException", listener: (error: unknown) => void) => unknown;
};

/**
 * Ends the process with the failure of an error that nobody caught. Node would print the error with all its fields, and an error of
 * the SDKs has the connection in them, with its credentials.
 */
export function reportUncaught(program: Program, { stderr, env }: Pick<Terminal, "stderr" | "env">): void {
  program.on("uncaughtException", (error) => {
    const failure = asFailure(error);
    printFailure(stderr, failure, { json: hasJsonErrors(program.argv), style: styleFor(stderr, env, true) });
    program.exit(failure.exitCode);
  });
}
