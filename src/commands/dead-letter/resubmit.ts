import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { teach } from "../../cli/help/command-help.ts";
import { choosing, removing } from "../../cli/options/dead-letter-options.ts";
import { arguments_ } from "../../cli/options/parsers.ts";
import type { Run } from "../../cli/run-command.ts";
import { removalVerdict, removalView } from "../../cli/views/dead-letter-removal-view.ts";
import type { Selection } from "../../lib/config/select-customers.ts";
import { type RemovalOptions, removeDeadLetters, type Told } from "../../lib/dead-letters/remove-dead-letters.ts";
import { customerName } from "../../lib/domain/customer.ts";
import { resubmission } from "../../lib/domain/dead-letter-record.ts";

/** Sent means that the broker has accepted the copy; only then does the dead letter go. */
export const resubmit = (
  context: Context,
  selection: Selection,
  options: RemovalOptions & { readonly sameId?: true | undefined },
): AsyncGenerator<Told> =>
  removeDeadLetters(context, selection, options, {
    word: "resubmit",
    sender: async (mailbox) => {
      const outbox = await mailbox.outbox(options.queue);
      return async (line) => {
        const copy = resubmission(line, { at: new Date(), sameId: options.sameId === true });
        await outbox.send(copy);
        return copy.messageId;
      };
    },
  });

export const resubmitCommand = (run: Run) =>
  removing(
    choosing(
      new Command("resubmit")
        .summary("put a copy into the queue again, then take the dead letter away")
        .description(
          "Put copies of dead letters into their queue again. Each is written to a journal and accepted by the broker before the dead letter goes: whatever breaks off, none is lost.",
        )
        .argument(
          "[customers...]",
          "names from `xtenant customers list`; not with --all or --tag",
          arguments_(customerName),
        ),
    ),
  )
    .option("--same-id", "keep the message id: a queue that detects duplicates may drop the copy and lose the message")
    .configureHelp(
      teach({
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
      run(resubmit, removalView, removalVerdict)({ names, all, tag }, options),
    );
