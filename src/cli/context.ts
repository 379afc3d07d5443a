import type { UseCaseContext } from "../lib/ports/use-case-context.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** All that a command may use. A command cannot do what is not here. */
export type Context = UseCaseContext & { readonly terminal: Terminal };
