import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { addMessageSelectionOptions, addRemovalOptions } from "../../cli/options/dead-letter-options.ts";
import { parseRepeatedArgument } from "../../cli/options/parsers.ts";
import type { Run } from "../../cli/run-command.ts";
import { confirm } from "../../cli/terminal/prompts.ts";
import { removalFailure, removalView } from "../../cli/views/dead-letter-removal-view.ts";
import type { Selection } from "../../lib/config/select-customers.ts";
import {
  type RemovalOptions,
  type RemovalRecord,
  removeDeadLetters,
} from "../../lib/dead-letters/remove-dead-letters.ts";
import { parseCustomerName } from "../../lib/domain/customer.ts";

/** What is purged is in the journal, from which one line puts it back. */
export const purge = (context: Context, selection: Selection, options: RemovalOptions): AsyncGenerator<RemovalRecord> =>
  removeDeadLetters(context, selection, options, {
    word: "purge",
    confirm: (question) => confirm(context.terminal, "--yes", question),
  });

export const purgeCommand = (run: Run) =>
  addRemovalOptions(
    addMessageSelectionOptions(
      new Command("purge")
        .summary("take dead letters away into a journal")
        .description(
          "Remove dead letters. Each is on the disk, in a journal that `xtenant send --ndjson` reads, before it goes.",
        )
        .argument(
          "[customers...]",
          "names from `xtenant customers list`; not with --all or --tag",
          parseRepeatedArgument(parseCustomerName),
        ),
    ),
  )
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant dead-letter purge acme --dry-run", what: "which would go" },
          {
            line: "xtenant dead-letter purge acme --reason TTLExpiredException --yes --journal expired.ndjson",
            what: "those that expired, into a file of that name",
          },
        ],
        seeAlso: ["dead-letter show", "send"],
      }),
    )
    .action((names, { all, tag, ...options }) => run(purge, removalView, removalFailure)({ names, all, tag }, options));
