import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { listCommand } from "./list.ts";
import { purgeCommand } from "./purge.ts";
import { resubmitCommand } from "./resubmit.ts";
import { showCommand } from "./show.ts";

export const deadLetterCommand = defineCommandGroup({
  name: "dead-letter",
  description:
    "List, resubmit and purge dead-lettered messages of the status queues, or with --queue command, of the command queues.",
  subcommands: [listCommand, showCommand, resubmitCommand, purgeCommand],
  examples: [
    { line: "xtenant dead-letter list --all", what: "count dead letters by reason, for every customer" },
    { line: "xtenant dead-letter resubmit acme --yes", what: "resubmit all dead letters of acme" },
  ],
  seeAlso: ["poll", "send"],
});
