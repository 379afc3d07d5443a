import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { changeContexts, requireContext } from "../../lib/entry/contexts.ts";

export type Used = { readonly context: string | null };

/** `none` is not a context: commands then find their config as without contexts. */
export async function use({ terminal }: Pick<Context, "terminal">, name: string): Promise<Used> {
  await changeContexts(terminal.env, ({ contexts }) => {
    if (name === "none") return { contexts };
    requireContext({ contexts }, name);
    return { current: name, contexts };
  });
  return { context: name === "none" ? null : name };
}

export const view: View<Used> = ({ context }) => (context === null ? "no context is used" : `using ${context}`);

export const useCommand = defineCommand({
  name: "use",
  summary: "choose the context of all commands",
  description:
    "Choose the context that commands use, before a config file in the working directory. --config, XTENANT_CONFIG, --context and XTENANT_CONTEXT still have priority. `none` chooses no context.",
  arguments: { name: { description: "a name from `xtenant context list`, or none", complete: "context", pick: {} } },
  render: view,
  run: (context, { name }) => use(context, name),
  examples: [
    { line: "xtenant context use none", what: "find the config as without contexts" },
    { line: "xtenant context use prod", what: "use a context for all commands", exitCode: 6 },
  ],
  seeAlso: ["context list", "context show"],
});
