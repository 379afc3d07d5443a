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
import { resubmissionOf } from "../../lib/domain/dead-letter-record.ts";

/** Sent means that the broker has accepted the copy; only then does the dead letter go. */
export const resubmit = (
  context: Context,
  selection: Selection,
  options: RemovalOptions & { readonly sameId?: true },
): AsyncGenerator<RemovalRecord> =>
  removeDeadLetters(context, selection, options, {
    word: "resubmit",
    confirm: (question) => confirm(context.terminal, "--yes", question),
    sender: async (connection) => {
      const sender = await connection.sender(options.queue);
      return async (line) => {
        const copy = resubmissionOf(line, { at: new Date(), sameId: options.sameId === true });
        await sender.send(copy);
        return copy.messageId;
      };
    },
  });

export const resubmitCommand = (run: Run) =>
  addRemovalOptions(
    addMessageSelectionOptions(
      new Command("resubmit")
        .summary("put a copy into the queue again, then take the dead letter away")
        .description(
          "Put copies of dead letters into their queue again. Each is written to a journal and accepted by the broker before the dead letter goes: whatever breaks off, none is lost.",
        )
        .argument(
          "[customers...]",
          "names from `xtenant customers list`; not with --all or --tag",
          parseRepeatedArgument(parseCustomerName),
        ),
    ),
  )
    .option("--same-id", "keep the message id: a queue that detects duplicates may drop the copy and lose the message")
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant dead-letter resubmit acme --dry-run", what: "which would be sent again" },
          {
            line: "xtenant dead-letter resubmit acme --reason MaxDeliveryCountExceeded --yes",
            what: "those that failed too often",
          },
          { line: "xtenant dead-letter resubmit --all --queue command --yes", what: "commands, of every Customer" },
        ],
        seeAlso: ["dead-letter list", "send"],
      }),
    )
    .action((names, { all, tag, ...options }) =>
      run(resubmit, removalView, removalFailure)({ names, all, tag }, options),
    );
