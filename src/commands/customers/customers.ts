import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run } from "../../cli/run-command.ts";
import { addCommand } from "./add.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { removeCommand } from "./remove.ts";
import { showCommand } from "./show.ts";

export const customersCommand = (run: Run) =>
  new Command("customers")
    .description("The Customers in the config.")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant customers list", what: "who is in the config" },
          { line: "xtenant customers show acme", what: "one of them in full" },
        ],
        seeAlso: ["help config"],
      }),
    )
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(addCommand(run))
    .addCommand(importCommand(run))
    .addCommand(removeCommand(run));
