import type { Command } from "commander";
import { systemTerminal } from "../src/cli/terminal/terminal.ts";
import { commandRegistry, createProgram } from "../src/program.ts";

/** The program with every command loaded, as it is at a terminal with this number of columns. */
export async function commandTree(columns: number): Promise<Command> {
  const terminal = {
    ...systemTerminal(process, { self: [process.execPath], expectConnections: () => {} }),
    stdout: Object.assign(Object.create(process.stdout), { columns }),
  };
  return createProgram({ loaded: Object.keys(commandRegistry), terminal, run: () => async () => {} });
}
