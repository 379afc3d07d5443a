import { defineCommandGroup } from "../../cli/command/define-command.ts";
import { showCommand } from "./show.ts";

export const auditCommand = defineCommandGroup({
  name: "audit",
  description:
    "Read the audit trail: who ran which command that changes something, and what it did. `audit.file` in the config turns it on.",
  subcommands: [showCommand],
  examples: [
    { line: "xtenant audit show --since 1d", what: "show what was done in the last day", exitCode: 2 },
    { line: "xtenant audit show --json", what: "show all as JSON", exitCode: 2 },
  ],
  seeAlso: ["help config"],
});
