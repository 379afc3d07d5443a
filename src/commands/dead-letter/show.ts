import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf } from "../../cli/options/customer-options.ts";
import { messageSelectionOptions } from "../../cli/options/dead-letter-options.ts";
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
  type DeadLetterLine,
  type DeadLetterQueue,
  deadLetterLine,
  type MessageSelection,
  selectIn,
} from "../../lib/entry/dead-letters.ts";
import { Failure } from "../../lib/entry/errors.ts";
import {
  bodyOfRecord,
  type CustomerFailed,
  failedRecord,
  type MessageRecord,
  messageRecord,
  parseWhereExpression,
  stateOf,
} from "../../lib/entry/messages.ts";
import { omitUndefined, plainLine, safeJson } from "../../lib/entry/values.ts";

type Options = DeadLetterQueue & Omit<MessageSelection, "where"> & { readonly where?: string; readonly ndjson?: true };
type Shown = { readonly type: "dead-letter" } & Provenance &
  MessageRecord & {
    /** Absent for an active message. */
    readonly state?: "deferred" | "scheduled";
    readonly deadLetterReason?: string;
    readonly deadLetterErrorDescription?: string;
  };
export type ShownRecord = Shown | DeadLetterLine | CustomerFailed;

export async function* show(context: Context, selection: Selection, options: Options): AsyncGenerator<ShownRecord> {
  const customers = selectCustomers(await context.config.read(), selection);
  if (options.ndjson && customers.length > 1)
    throw new Failure("UsageOneCustomer", "--ndjson exports the dead letters of one customer: name that customer");
  const where = options.where === undefined ? undefined : await parseWhereExpression(options.where);
  const one = async function* (customer: Customer, signal: AbortSignal): AsyncGenerator<ShownRecord> {
    const from = provenanceOf(customer, options.queue);
    for await (const dead of selectIn({ ...context, signal }, customer, options, { ...options, where })) {
      const { deadLetterReason, deadLetterErrorDescription } = dead;
      if (options.ndjson) yield deadLetterLine(from, dead);
      else {
        const why = omitUndefined({ deadLetterReason, deadLetterErrorDescription });
        yield { type: "dead-letter", ...from, ...messageRecord(dead), ...stateOf(dead), ...why };
      }
    }
  };
  yield* forEachCustomer(customers, one, {
    signal: context.signal,
    toFailed: (customer, failure) => failedRecord(customer, failure, options.queue),
  });
}

/** Number, reason and time, then the body below: each on its own, so that a long description hides nothing. */
export const view: View<Shown | DeadLetterLine> = (result, { bold, yellow, dim }, page) => {
  if (!("type" in result)) return safeJson(result);
  const { customer, sequenceNumber, messageId = "-", deadLetterReason, deadLetterErrorDescription, state } = result;
  const described =
    deadLetterErrorDescription === undefined ? [] : [`  why   ${plainLine(deadLetterErrorDescription)}`];
  return [
    `${bold(customer)} ${sequenceNumber}  ${yellow(plainLine(deadLetterReason ?? "(no reason)"))}  ${dim(viewTime(result.enqueuedAt, page))}${state === undefined ? "" : `  ${yellow(state)}`}`,
    ...described,
    `  body  ${plainLine(bodyOfRecord(result))}`,
    `  ${dim(`id    ${plainLine(messageId)}`)}`,
  ]
    .map((line) => wrapToPage(line, page))
    .join("\n");
};

export const showCommand = defineCommand({
  name: "show",
  summary: "show dead letters",
  description: "Show dead letters. Read-only; needs the Listen claim on the queue.",
  arguments: customersArgument,
  options: {
    ...messageSelectionOptions,
    ndjson: { flags: "--ndjson", description: "print lines that `send --ndjson` reads: docs/message-format.md" },
  },
  createRenderer: () => failuresLast<ShownRecord>(view),
  paged: "top",
  run: (context, args, { all, tag, ...options }) => show(context, selectionOf(args, { all, tag }), options),
  examples: [
    {
      line: "xtenant dead-letter show acme --reason MaxDeliveryCountExceeded",
      what: "show messages that reached the maximum delivery count",
    },
    {
      line: "xtenant dead-letter show acme --ndjson > dead.ndjson",
      what: "write them to a file, in the journal format",
    },
  ],
  seeAlso: ["dead-letter list", "dead-letter resubmit"],
});
