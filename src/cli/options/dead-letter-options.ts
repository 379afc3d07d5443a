import { group, pathOption } from "../command/define-option.ts";
import { selectionOptions } from "./customer-options.ts";
import { parseSequenceNumber } from "./parsers.ts";

/** The options that select dead-lettered messages. */
export const messageSelectionOptions = {
  ...selectionOptions,
  ...group("Messages:", {
    queue: {
      flags: "--queue <queue>",
      description: "dead letters of this queue",
      choices: ["command", "status"],
      default: "status",
    },
    as: {
      flags: "--as <identity>",
      description: "sign in as the provider's app or as the customer's responder",
      choices: ["provider", "responder"],
      default: "provider",
    },
    sequence: {
      flags: "--sequence <number>",
      description: "sequence number; repeatable",
      parse: parseSequenceNumber,
      repeatable: true,
    },
    reason: { flags: "--reason <text>", description: "dead-letter reason equals <text>" },
    where: { flags: "--where <expression>", description: "only messages that match, in CEL: docs/expressions.md" },
  }),
} as const;

/** The options of a command that removes dead letters. */
export const removalOptions = group("Removal:", {
  dryRun: { flags: "--dry-run", description: "list matching messages without removing them" },
  yes: { flags: "-y, --yes", description: "do not ask for confirmation" },
  journal: pathOption(
    "--journal <file>",
    "file to which every message is written before it is removed (default: dead-letter-<customer>-<time>.ndjson)",
  ),
});
