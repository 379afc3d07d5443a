import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { parseArgument } from "../../cli/options/parsers.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { findCustomer } from "../../lib/config/select-customers.ts";
import { type CustomerName, type Provenance, parseCustomerName, provenanceOf } from "../../lib/domain/customer.ts";
import { type MessageRecord, messageRecord } from "../../lib/domain/message-record.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";

type Scheduled = { readonly type: "scheduled" } & Provenance & MessageRecord & { readonly scheduledAt?: string };

/** As many as one peek can give (Service Bus, message browsing). */
const page = 250;

/** Looks through the whole queue, because Service Bus has no list of scheduled messages alone; needs the Listen claim there. */
export async function* list({ azure, config, log, terminal }: Context, name: CustomerName): AsyncGenerator<Scheduled> {
  const customer = findCustomer(await config.read(), name);
  await using connection = await azure.connectAsProvider(customer);
  const receiver = await connection.receiver("command");
  let from: bigint | undefined;
  let found = 0;
  for (;;) {
    const seen = await receiver.peek(page, from);
    for (const message of seen) {
      const { state, scheduledAt } = message;
      if (state !== "scheduled") continue;
      found += 1;
      const time = scheduledAt === undefined ? {} : { scheduledAt: scheduledAt.toISOString() };
      yield { type: "scheduled", ...provenanceOf(customer, "command"), ...messageRecord(message), ...time };
    }
    const last = seen.at(-1);
    if (last === undefined) break;
    from = last.sequenceNumber + 1n;
  }
  if (found === 0 && terminal.stderr.isTTY) log.info(`nothing is scheduled for ${name}`);
}

const view: View<Scheduled> = ({ sequenceNumber, scheduledAt = "-", messageId = "-", body }, { bold, dim }) =>
  `${bold(sequenceNumber)}  ${dim(scheduledAt)}  ${plainLine(messageId)}  ${plainLine(typeof body === "string" ? body : JSON.stringify(body))}`;

export const listCommand = (run: Run) =>
  new Command("list")
    .summary("those that are still to come")
    .description(
      "List the scheduled commands of a Customer with their sequence numbers. Needs Listen on the command queue.",
    )
    .argument("<customer>", "a name from `xtenant customers list`", parseArgument(parseCustomerName))
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant scheduled list acme", what: "numbers, times, ids and bodies" },
          { line: "xtenant scheduled list acme --json", what: "the same for jq" },
        ],
        seeAlso: ["scheduled cancel", "send"],
      }),
    )
    .action((name) => run(list, view)(name));
