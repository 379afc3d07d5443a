import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run } from "../../cli/run-command.ts";
import { cancelCommand } from "./cancel.ts";
import { listCommand } from "./list.ts";

export const scheduledCommand = (run: Run) =>
  new Command("scheduled")
    .description("Commands that a Customer's queue keeps back until their time (`send --at`, `send --in`).")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant send acme later --in 1h", what: "keep a command back; its sequence number is told" },
          { line: "xtenant scheduled list acme", what: "what is still to come" },
        ],
        seeAlso: ["send"],
      }),
    )
    .addCommand(listCommand(run))
    .addCommand(cancelCommand(run));
