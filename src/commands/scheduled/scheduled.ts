import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { cancelCommand } from "./cancel.ts";
import { listCommand } from "./list.ts";

export const scheduledCommand = defineCommandGroup({
  name: "scheduled",
  description: "List and cancel scheduled messages in customers' command queues (`send --at`, `send --in`).",
  subcommands: [listCommand, cancelCommand],
  examples: [
    { line: "xtenant send acme later --in 1h", what: "schedule a command; prints its sequence number" },
    { line: "xtenant scheduled list acme", what: "list scheduled commands" },
  ],
  seeAlso: ["send"],
});
