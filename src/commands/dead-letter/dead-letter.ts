import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../../cli/help/command-help.ts";
import type { Run } from "../../cli/run-command.ts";
import { listCommand } from "./list.ts";
import { purgeCommand } from "./purge.ts";
import { resubmitCommand } from "./resubmit.ts";
import { showCommand } from "./show.ts";

export const deadLetterCommand = (run: Run) =>
  new Command("dead-letter")
    .description("Messages that a queue could not deliver. Statuses unless --queue says commands.")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant dead-letter list --all", what: "how many, and why, at every Customer" },
          { line: "xtenant dead-letter resubmit acme --yes", what: "send all of acme's again" },
        ],
        seeAlso: ["poll", "send"],
      }),
    )
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(resubmitCommand(run))
    .addCommand(purgeCommand(run));
