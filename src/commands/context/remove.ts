import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { changeContexts, requireContext } from "../../lib/entry/contexts.ts";

export type Removed = { readonly context: string };

/** The config file stays. */
export async function remove({ terminal }: Pick<Context, "terminal">, name: string): Promise<Removed> {
  await changeContexts(terminal.env, ({ current, contexts }) => {
    requireContext({ contexts }, name);
    const { [name]: _, ...others } = contexts;
    return { ...(current === undefined || current === name ? {} : { current }), contexts: others };
  });
  return { context: name };
}

export const view: View<Removed> = ({ context }, { green }) => `${green("removed")} ${context}; its config file stays`;

export const removeCommand = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "remove the name of a config file",
  description: "Remove a context. Its config file stays.",
  arguments: { name: { description: "a name from `xtenant context list`", complete: "context", pick: {} } },
  render: view,
  run: (context, { name }) => remove(context, name),
  examples: [
    { line: "xtenant context remove prod", what: "remove a context", exitCode: 6 },
    { line: "xtenant context rm prod --json", what: "the same, as JSON", exitCode: 6 },
  ],
  seeAlso: ["context list", "context add"],
});
