import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { addCommand } from "./add.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { removeCommand } from "./remove.ts";
import { setCommand } from "./set.ts";
import { showCommand } from "./show.ts";

export const customersCommand = defineCommandGroup({
  name: "customers",
  description: "Manage the customers in the config.",
  subcommands: [listCommand, showCommand, addCommand, setCommand, importCommand, removeCommand],
  examples: [
    { line: "xtenant customers list", what: "list the customers in the config" },
    { line: "xtenant customers show acme", what: "show all settings of one customer" },
  ],
  seeAlso: ["help config"],
});
