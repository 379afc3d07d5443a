import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { savedCommand } from "./saved.ts";
import { showCommand } from "./show.ts";

export const commandCommand = defineCommandGroup({
  name: "command",
  description:
    "Follow commands that were sent, from their queue to their status. List the saved commands of the config.",
  subcommands: [showCommand, savedCommand],
  examples: [
    { line: "xtenant command show k7m2-q4xd-9rtp acme", what: "show whether acme has taken and answered a command" },
    { line: "xtenant command show k7m2-q4xd-9rtp --all --json", what: "the same for all customers, as JSON" },
  ],
  seeAlso: ["send", "audit show", "poll"],
});
