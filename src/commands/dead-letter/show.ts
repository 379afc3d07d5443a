import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf } from "../../cli/options/customer-options.ts";
import { messageSelectionOptions } from "../../cli/options/dead-letter-options.ts";
import { customerFailureText } from "../../cli/output/customer-failure.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { View } from "../../cli/run-command.ts";
import { forEachCustomer } from "../../lib/concurrency/for-each-customer.ts";
import { type Selection, selectCustomers } from "../../lib/config/select-customers.ts";
import { type DeadLetterQueue, type MessageSelection, selectIn } from "../../lib/dead-letters/survey.ts";
import { type Customer, type Provenance, provenanceOf } from "../../lib/domain/customer.ts";
import { type DeadLetterLine, deadLetterLine } from "../../lib/domain/dead-letter-record.ts";
import { type MessageRecord, messageRecord } from "../../lib/domain/message-record.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";
import { bodyOfRecord } from "../../lib/domain/record-field.ts";
import { safeJson } from "../../lib/domain/safe-json.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { type CustomerFailed, failedRecord, stateOf } from "../../lib/receive/receive-record.ts";
import { parseWhereExpression } from "../../lib/receive/where-expression.ts";

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

export const view: View<ShownRecord> = (result, style, page) => {
  if (!("type" in result)) return safeJson(result);
  if (result.type === "failed") return customerFailureText(result, style, { page });
  const { bold, yellow, dim } = style;
  const { customer, sequenceNumber, messageId = "-", deadLetterReason, deadLetterErrorDescription, state } = result;
  const text = plainLine(bodyOfRecord(result));
  const why = [deadLetterReason, deadLetterErrorDescription].filter(Boolean).join(": ");
  return wrapToPage(
    `${bold(customer)} ${sequenceNumber} ${plainLine(messageId)} ${yellow(plainLine(why))} ${text} ${dim(result.enqueuedAt)}${state === undefined ? "" : ` ${yellow(state)}`}`,
    page,
  );
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
  run: (context, args, { all, tag, ...options }) => show(context, selectionOf(args, { all, tag }), options),
  render: view,
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
