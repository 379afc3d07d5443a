import type { Run } from "../../cli/run-command.ts";

/** A topic of `help`: shown as a command would be, so that `--json` prints its data. */
export type Topic = { readonly summary: string; readonly show: (run: Run) => Promise<void> };
