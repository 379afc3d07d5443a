import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { changeContexts, requireContext } from "../../lib/entry/contexts.ts";
import { backgroundSandboxConfig, backgroundSandboxFolder, isSandboxRunning } from "../../lib/entry/sandbox.ts";

export type Removed = {
  readonly context: string;
  /** The sandbox in the background, where its context was removed while it runs. */
  readonly sandbox?: "running";
};

/** The config file stays. */
export async function remove({ terminal }: Pick<Context, "terminal">, name: string): Promise<Removed> {
  let config = "";
  await changeContexts(terminal.env, ({ current, contexts }) => {
    config = requireContext({ contexts }, name).config;
    const { [name]: _, ...others } = contexts;
    return { ...(current === undefined || current === name ? {} : { current }), contexts: others };
  });
  const isBackground = config === backgroundSandboxConfig(terminal.env);
  const running = isBackground && (await isSandboxRunning(backgroundSandboxFolder(terminal.env)));
  return { context: name, ...(running && { sandbox: "running" as const }) };
}

export const view: View<Removed> = ({ context, sandbox }, { green }) =>
  `${green("removed")} ${context}; its config file stays${sandbox ? ", and its sandbox runs: xtenant sandbox stop" : ""}`;

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
