import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf } from "../../cli/options/customer-options.ts";
import { messageSelectionOptions, removalOptions } from "../../cli/options/dead-letter-options.ts";
import { confirm } from "../../cli/terminal/prompts.ts";
import { removalFailure, removalView } from "../../cli/views/dead-letter-removal-view.ts";
import type { Selection } from "../../lib/config/select-customers.ts";
import {
  type RemovalOptions,
  type RemovalRecord,
  removeDeadLetters,
} from "../../lib/dead-letters/remove-dead-letters.ts";
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

export const resubmitCommand = defineCommand({
  name: "resubmit",
  summary: "send copies of dead letters to their queue and remove the dead letters",
  description:
    "Send copies of dead letters to their queue. Every message is written to a journal, and its copy is accepted by the broker, before the dead letter is removed: an interruption loses no message.",
  arguments: customersArgument,
  options: {
    ...messageSelectionOptions,
    ...removalOptions,
    sameId: {
      flags: "--same-id",
      description: "keep the message id; a queue with duplicate detection may drop the copy and lose the message",
    },
  },
  run: (context, args, { all, tag, ...options }) => resubmit(context, selectionOf(args, { all, tag }), options),
  render: removalView,
  failureOf: removalFailure,
  examples: [
    { line: "xtenant dead-letter resubmit acme --dry-run", what: "list what would be resubmitted" },
    {
      line: "xtenant dead-letter resubmit acme --reason MaxDeliveryCountExceeded --yes",
      what: "resubmit messages that reached the maximum delivery count",
    },
    { line: "xtenant dead-letter resubmit --all --queue command --yes", what: "resubmit commands of every customer" },
  ],
  seeAlso: ["dead-letter list", "send"],
});
