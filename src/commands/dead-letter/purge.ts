import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf } from "../../cli/options/customer-options.ts";
import { messageSelectionOptions, removalOptions } from "../../cli/options/dead-letter-options.ts";
import { restoreHint } from "../../cli/remedies/next-commands.ts";
import { confirm } from "../../cli/terminal/prompts.ts";
import { removalFailure, removalView } from "../../cli/views/dead-letter-removal-view.ts";
import type { Selection } from "../../lib/entry/customers.ts";
import { type RemovalOptions, type RemovalRecord, removeDeadLetters } from "../../lib/entry/dead-letters.ts";

/** What is purged is in the journal, from which one line puts it back. */
export const purge = (context: Context, selection: Selection, options: RemovalOptions): AsyncGenerator<RemovalRecord> =>
  removeDeadLetters(context, selection, options, {
    word: "purge",
    onJournal: (from, file) => context.log.info(restoreHint(from, file)),
    confirm: (question) => confirm(context.terminal, "--yes", question),
  });

export const purgeCommand = defineCommand({
  name: "purge",
  summary: "remove dead letters",
  description:
    "Remove dead letters. Every message is first written to a journal on disk, which `xtenant send --ndjson` reads.",
  arguments: customersArgument,
  options: { ...messageSelectionOptions, ...removalOptions },
  changes: true,
  run: (context, args, { all, tag, ...options }) => purge(context, selectionOf(args, { all, tag }), options),
  render: removalView,
  failureOf: removalFailure,
  examples: [
    { line: "xtenant dead-letter purge acme --dry-run", what: "list what would be removed" },
    {
      line: "xtenant dead-letter purge acme --reason TTLExpiredException --yes --journal expired.ndjson",
      what: "remove expired messages and keep them in a file",
    },
  ],
  seeAlso: ["dead-letter show", "send"],
});
