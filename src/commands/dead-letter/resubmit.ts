import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf } from "../../cli/options/customer-options.ts";
import { messageSelectionOptions, removalOptions } from "../../cli/options/dead-letter-options.ts";
import { parseTimeToLive } from "../../cli/options/times.ts";
import { restoreHint } from "../../cli/remedies/next-commands.ts";
import { confirm } from "../../cli/terminal/prompts.ts";
import { removalFailure, removalView } from "../../cli/views/dead-letter-removal-view.ts";
import type { Selection } from "../../lib/entry/customers.ts";
import {
  createCopySender,
  isExpired,
  type RemovalOptions,
  type RemovalRecord,
  removeDeadLetters,
} from "../../lib/entry/dead-letters.ts";

/** Sent means that the broker has accepted the copy; only then does the dead letter go. */
export const resubmit = (
  context: Context,
  selection: Selection,
  options: RemovalOptions & { readonly sameId?: true; readonly timeToLive?: number },
): AsyncGenerator<RemovalRecord> =>
  removeDeadLetters(context, selection, options, {
    word: "resubmit",
    onJournal: (from, file) => context.log.info(restoreHint(from, file)),
    confirm: (question) => confirm(context.terminal, "--yes", question),
    notice: ({ name }, messages) => {
      const expired = options.timeToLive === undefined ? messages.filter(isExpired).length : 0;
      return expired === 0 ? undefined : expiredNotice(name, expired);
    },
    sender: (connection) => createCopySender(connection.sender(options.queue), options),
  });

const expiredNotice = (customer: string, count: number) =>
  `warning: ${count === 1 ? "1 dead letter" : `${count} dead letters`} of ${customer} expired; with the same time to live a copy can expire again at once. Give the copies another one: --time-to-live`;

export const resubmitCommand = defineCommand({
  name: "resubmit",
  summary: "send copies of dead letters to their queue and remove the dead letters",
  description:
    "Send copies of dead letters to their queue. Every message is written to a journal, and its copy is accepted by the broker, before the dead letter is removed: an interruption loses no message.",
  arguments: customersArgument,
  options: {
    ...messageSelectionOptions,
    ...removalOptions,
    timeToLive: {
      flags: "--time-to-live <duration>",
      description: "time to live of the copies, 1ms to 10675199d (default: that of the dead letter)",
      parse: parseTimeToLive,
      group: "Removal:",
    },
    sameId: {
      flags: "--same-id",
      description: "keep the message id; a queue with duplicate detection may drop the copy and lose the message",
    },
  },
  changes: true,
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
