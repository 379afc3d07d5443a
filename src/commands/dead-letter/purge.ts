import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../lib/cli/context.ts";
import { arguments_ } from "../../lib/cli/parsers.ts";
import type { Run } from "../../lib/cli/run.ts";
import { teach } from "../../lib/cli/teach.ts";
import { choosing, removing } from "../../lib/dead-letters/options.ts";
import { removalVerdict, removalView } from "../../lib/dead-letters/removal-view.ts";
import { type RemovalOptions, removeDeadLetters, type Told } from "../../lib/dead-letters/remove-dead-letters.ts";
import { customerName } from "../../lib/tenancy/customer.ts";
import type { Selection } from "../../lib/tenancy/find-customer.ts";

/** What is purged is in the journal, from which one line puts it back. */
export const purge = (context: Context, selection: Selection, options: RemovalOptions): AsyncGenerator<Told> =>
  removeDeadLetters(context, selection, options, { word: "purge" });

export const purgeCommand = (run: Run) =>
  removing(
    choosing(
      new Command("purge")
        .summary("take dead letters away into a journal")
        .description(
          "Remove dead letters. Each is on the disk, in a journal that `xtenant send --ndjson` reads, before it goes.",
        )
        .argument(
          "[customers...]",
          "names from `xtenant customers list`; not with --all or --tag",
          arguments_(customerName),
        ),
    ),
  )
    .configureHelp(
      teach({
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
    .action((names, { all, tag, ...options }) => run(purge, removalView, removalVerdict)({ names, all, tag }, options));
