import { Argument, Command } from "@commander-js/extra-typings";
import type { Context } from "../cli/context.ts";
import { withExamples } from "../cli/help/command-help.ts";
import type { Run, View } from "../cli/run-command.ts";
import { bash } from "./completion/bash.ts";
import { fish } from "./completion/fish.ts";
import { powershell } from "./completion/powershell.ts";
import { zsh } from "./completion/zsh.ts";

const scripts = { bash, zsh, fish, powershell };
type Shell = keyof typeof scripts;
const shells = ["bash", "zsh", "fish", "powershell"] as const satisfies readonly Shell[];

type Script = { readonly shell: Shell; readonly script: string };

/** The script that a shell reads once; it asks `xtenant __complete` while somebody types. */
const completion = async (_context: Context, shell: Shell): Promise<Script> => ({ shell, script: scripts[shell] });

const view: View<Script> = ({ script }) => script.trimEnd();

export const completionCommand = (run: Run) =>
  new Command("completion")
    .description("Print the script with which a shell completes commands, options and the names of Customers.")
    .addArgument(new Argument("<shell>", "whose script").choices(shells))
    .configureHelp(
      withExamples({
        examples: [
          { line: "source <(xtenant completion bash)", what: "bash; as a line of ~/.bashrc for good" },
          {
            line: "xtenant completion zsh > ~/.zfunc/_xtenant",
            what: "zsh, where ~/.zfunc is in $fpath before compinit runs",
          },
          {
            line: "xtenant completion fish > ~/.config/fish/completions/xtenant.fish",
            what: "fish",
          },
          {
            line: "xtenant completion powershell | Out-String | Invoke-Expression",
            what: "PowerShell; as a line of $PROFILE for good",
            shell: "powershell",
          },
        ],
        seeAlso: ["customers list", "help environment"],
      }),
    )
    .action(run(completion, view));
