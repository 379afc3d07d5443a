import { dirname } from "node:path";
import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { table } from "../../cli/output/table.ts";
import type { Renderer } from "../../cli/run-command.ts";
import { readContexts } from "../../lib/entry/contexts.ts";
import { isSandboxRunning } from "../../lib/entry/sandbox.ts";
import { plainLine } from "../../lib/entry/values.ts";

export type ContextRecord = {
  readonly context: string;
  readonly config: string;
  readonly current: boolean;
  readonly protected: boolean;
  /** Whether the sandbox beside the config runs, where one ever ran there. */
  readonly sandbox?: "running" | "stopped";
};

export async function* list({ terminal }: Pick<Context, "terminal">): AsyncGenerator<ContextRecord> {
  const { current, contexts } = await readContexts(terminal.env);
  for (const [context, { config, protected: isProtected = false }] of Object.entries(contexts))
    yield { context, config, current: context === current, protected: isProtected, ...(await sandboxAt(config)) };
}

async function sandboxAt(config: string): Promise<Pick<ContextRecord, "sandbox">> {
  const isRunning = await isSandboxRunning(dirname(config));
  return isRunning === undefined ? {} : { sandbox: isRunning ? "running" : "stopped" };
}

function renderer(): Renderer<ContextRecord> {
  const rows: string[][] = [];
  return {
    onRecord: ({ context, config, current, protected: isProtected, sandbox }) => {
      const notes = [isProtected ? "protected" : "", sandbox ?? ""].filter(Boolean).join(", ");
      rows.push([current ? "*" : "", context, notes, plainLine(config)]);
      return "";
    },
    onEnd: (style) =>
      rows.length === 0
        ? ""
        : table([["", "CONTEXT", "", "CONFIG"], ...rows], (cell, column) => (column === 1 ? style.bold(cell) : cell)),
  };
}

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "list the contexts",
  description: "List the contexts. A star marks the current one.",
  createRenderer: renderer,
  paged: "top",
  run: (context) => list(context),
  examples: [
    { line: "xtenant context list", what: "list the contexts" },
    { line: "xtenant context list --query '[?current].context' -o tsv", what: "print the name of the current context" },
  ],
  seeAlso: ["context use", "context add"],
});
