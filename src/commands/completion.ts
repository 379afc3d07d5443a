import { defineCommand } from "../cli/command/define-command.ts";
import type { Context } from "../cli/context.ts";
import type { View } from "../cli/run-command.ts";
import { bash } from "./completion/bash.ts";
import { fish } from "./completion/fish.ts";
import { powershell } from "./completion/powershell.ts";
import { zsh } from "./completion/zsh.ts";

const scripts = { bash, zsh, fish, powershell };
type Shell = keyof typeof scripts;
const shells = ["bash", "zsh", "fish", "powershell"] as const satisfies readonly Shell[];

export type Script = { readonly shell: Shell; readonly script: string };

/** The script that a shell reads once; it asks `xtenant __complete` while somebody types. */
const completion = async (_context: Context, shell: Shell): Promise<Script> => ({ shell, script: scripts[shell] });

const view: View<Script> = ({ script }) => script.trimEnd();

export const completionCommand = defineCommand({
  name: "completion",
  description: "Print the script with which a shell completes commands, options and customer names.",
  arguments: { shell: { description: "name of the shell", choices: shells, pick: {} } },
  run: (context, { shell }) => completion(context, shell),
  render: view,
  examples: [
    { line: "source <(xtenant completion bash)", what: "bash: add this line to ~/.bashrc" },
    {
      line: "xtenant completion zsh > ~/.zfunc/_xtenant",
      what: "zsh: ~/.zfunc must be in $fpath before compinit runs",
    },
    { line: "xtenant completion fish > ~/.config/fish/completions/xtenant.fish", what: "fish" },
    {
      line: "xtenant completion powershell | Out-String | Invoke-Expression",
      what: "PowerShell: add this line to $PROFILE",
      shell: "powershell",
    },
  ],
  seeAlso: ["customers list", "help environment"],
});
