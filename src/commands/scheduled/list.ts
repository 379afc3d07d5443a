import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../../cli/options/customer-options.ts";
import { failuresLast } from "../../cli/output/failure-groups.ts";
import { viewTime } from "../../cli/output/format-time.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import {
  type Customer,
  forEachCustomer,
  type Provenance,
  provenanceOf,
  type Selection,
  selectCustomers,
} from "../../lib/entry/customers.ts";
import {
  bodyOfRecord,
  type CustomerFailed,
  failedRecord,
  type MessageRecord,
  messageRecord,
} from "../../lib/entry/messages.ts";
import { explainRefusal } from "../../lib/entry/onboarding.ts";
import { plainLine } from "../../lib/entry/values.ts";

export type Scheduled = { readonly type: "scheduled" } & Provenance & MessageRecord & { readonly scheduledAt?: string };

/** As many as one peek can give (Service Bus, message browsing). */
const page = 250;

/** The scheduled commands of each customer; one that fails does not stop the others. */
export async function* list(context: Context, selection: Selection): AsyncGenerator<Scheduled | CustomerFailed> {
  const { signal } = context;
  const customers = selectCustomers(await context.config.read(), selection);
  yield* forEachCustomer(customers, (customer) => listScheduled(context, customer), {
    signal,
    toFailed: (customer, failure) => failedRecord(customer, failure, "command"),
  });
}

/** Peeks the whole queue: Service Bus cannot list scheduled messages alone. */
async function* listScheduled({ azure, log, terminal }: Context, customer: Customer): AsyncGenerator<Scheduled> {
  await using connection = await azure.connectAsProvider(customer);
  const peek = async (start: bigint | undefined) => {
    const receiver = await connection.receiver("command");
    return receiver.peek(page, start);
  };
  let from: bigint | undefined;
  let found = 0;
  for (;;) {
    const seen = await peek(from).catch((error: unknown) =>
      explainRefusal(error, customer, { claim: "Listen", queue: "command", code: "ScheduledOutOfSight" }),
    );
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
  if (found === 0 && terminal.stderr.isTTY) log.info(`nothing is scheduled for ${customer.name}`);
}

export const view: View<Scheduled> = (record, style, page) => {
  const { customer, sequenceNumber, scheduledAt, messageId = "-" } = record;
  const text = plainLine(bodyOfRecord(record));
  const { bold, dim } = style;
  const due = scheduledAt === undefined ? "-" : viewTime(scheduledAt, page);
  return wrapToPage(`${bold(customer)} ${sequenceNumber}  ${dim(due)}  ${plainLine(messageId)}  ${text}`, page);
};

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "list scheduled messages",
  description:
    "List scheduled commands of customers with their sequence numbers. Needs the Listen claim on the command queue.",
  arguments: customersArgument,
  options: selectionOptions,
  createRenderer: () => failuresLast<Scheduled | CustomerFailed>(view),
  run: (context, args, options) => list(context, selectionOf(args, options)),
  examples: [
    { line: "xtenant scheduled list acme", what: "numbers, times, ids and bodies" },
    { line: "xtenant scheduled list --all --json", what: "the scheduled commands of every customer as JSON" },
  ],
  seeAlso: ["scheduled cancel", "send"],
});
