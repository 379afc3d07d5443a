import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { addCommand } from "./add.ts";
import { listCommand } from "./list.ts";
import { removeCommand } from "./remove.ts";
import { showCommand } from "./show.ts";
import { useCommand } from "./use.ts";

export const contextCommand = defineCommandGroup({
  name: "context",
  description:
    "Name config files, and choose one for all commands. In a protected context, a command that changes something asks for its name.",
  subcommands: [listCommand, useCommand, showCommand, addCommand, removeCommand],
  examples: [
    { line: "xtenant context add prod --protected", what: "give a name to the config that commands use here" },
    { line: "xtenant context list", what: "list the contexts" },
  ],
  seeAlso: ["help config", "help environment"],
});
