import stringWidth from "fast-string-width";
import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf } from "../../cli/options/customer-options.ts";
import { messageSelectionOptions } from "../../cli/options/dead-letter-options.ts";
import { customerFailureText } from "../../cli/output/customer-failure.ts";
import { failuresLast } from "../../cli/output/failure-groups.ts";
import { table } from "../../cli/output/table.ts";
import { formatDefinitions } from "../../cli/output/wrap-text.ts";
import type { Renderer, View } from "../../cli/run-command.ts";
import {
  type Customer,
  forEachCustomer,
  type Provenance,
  provenanceOf,
  type Selection,
  selectCustomers,
} from "../../lib/entry/customers.ts";
import { type DeadLetterQueue, type MessageSelection, selectIn } from "../../lib/entry/dead-letters.ts";
import { type CustomerFailed, failedRecord, parseWhereExpression } from "../../lib/entry/messages.ts";
import { countText, plainLine } from "../../lib/entry/values.ts";

type Options = DeadLetterQueue & Omit<MessageSelection, "where"> & { readonly where?: string };

type Reason = {
  readonly reason: string;
  readonly messages: number;
  /** When the first and the last of them were enqueued. */
  readonly oldest: string;
  readonly newest: string;
};
export type Listed = { readonly type: "dead-letters" } & Provenance & {
    readonly messages: number;
    /** How many of them are deferred; absent for none. They are resubmitted and purged by number. */
    readonly deferred?: number;
    readonly reasons: readonly Reason[];
  };

/** A record for each customer: why its messages died, the commonest reason first. */
export async function* list(
  context: Context,
  selection: Selection,
  options: Options,
): AsyncGenerator<Listed | CustomerFailed> {
  const customers = selectCustomers(await context.config.read(), selection);
  const where = options.where === undefined ? undefined : await parseWhereExpression(options.where);
  const one = async function* (customer: Customer, signal: AbortSignal): AsyncGenerator<Listed> {
    const reasons = new Map<string, Reason>();
    let messages = 0;
    let deferred = 0;
    for await (const { deadLetterReason: reason = "", enqueuedAt, state } of selectIn(
      { ...context, signal },
      customer,
      options,
      {
        ...options,
        where,
      },
    )) {
      const at = enqueuedAt.toISOString();
      const before = reasons.get(reason) ?? { reason, messages: 0, oldest: at, newest: at };
      reasons.set(reason, {
        reason,
        messages: before.messages + 1,
        oldest: at < before.oldest ? at : before.oldest,
        newest: at > before.newest ? at : before.newest,
      });
      messages += 1;
      if (state === "deferred") deferred += 1;
    }
    const sorted = [...reasons.values()].sort((one, other) => other.messages - one.messages);
    yield {
      type: "dead-letters",
      ...provenanceOf(customer, options.queue),
      messages,
      ...(deferred > 0 ? { deferred } : {}),
      reasons: sorted,
    };
  };
  yield* forEachCustomer(customers, one, {
    signal: context.signal,
    toFailed: (customer, failure) => failedRecord(customer, failure, options.queue),
  });
}

export const view: View<Listed | CustomerFailed> = (result, style, page) => {
  if (result.type === "failed") return customerFailureText(result, style, { page });
  const { bold, dim } = style;
  const { customer, queue, messages, deferred = 0, reasons } = result;
  const rows = reasons.map(({ reason, messages: count, oldest, newest }) => [
    `  ${String(count).padStart(6)}`,
    plainLine(reason) || "(no reason)",
    `${oldest} – ${newest}`,
  ]);
  const lines = rows.length === 0 ? [] : table(rows, (cell, column) => (column === 2 ? dim(cell) : cell)).split("\n");
  const isFitting = page === undefined || lines.every((line) => stringWidth(line) <= page.columns);
  const narrow = ([count = "", reason = "", span = ""]: readonly string[]) =>
    formatDefinitions(
      [
        [count, reason],
        ["", dim(span)],
      ],
      page?.columns,
    );
  const setAside = deferred === 0 ? "" : `, ${deferred} of them deferred`;
  return [
    `${bold(customer)} (${queue}): ${messages === 0 ? "no dead letters" : countText(messages, "dead letter")}${setAside}`,
    ...(isFitting ? lines : rows.map(narrow)),
  ].join("\n");
};

/** Of many customers only those that have dead letters, then a total, and last those that failed. */
function listRenderer(): Renderer<Listed | CustomerFailed> {
  const totals = { customers: 0, without: 0, messages: 0 };
  const last = failuresLast<Listed | CustomerFailed>((record, style, page) => {
    totals.customers += 1;
    totals.messages += record.messages;
    if (record.messages > 0) return view(record, style, page);
    totals.without += 1;
    return "";
  });
  return {
    onRecord: last.onRecord,
    onEnd: (style, page) => {
      const { customers, without, messages } = totals;
      const total = `${countText(messages, "dead letter")} of ${countText(customers, "customer")}; ${without} have none`;
      return [...(customers > 0 ? [style.dim(total)] : []), last.onEnd?.(style, page) ?? ""]
        .filter((text) => text !== "")
        .join("\n");
    },
  };
}

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "count dead letters by reason",
  description: "Count dead letters by reason. Read-only; needs the Listen claim on the queue.",
  arguments: customersArgument,
  options: messageSelectionOptions,
  createRenderer: (_, { customers }) => (customers.length === 1 ? { onRecord: view } : listRenderer()),
  paged: "top",
  run: (context, args, { all, tag, ...options }) => list(context, selectionOf(args, { all, tag }), options),
  examples: [
    { line: "xtenant dead-letter list acme", what: "dead-lettered statuses of acme" },
    { line: "xtenant dead-letter list --all --queue command --json", what: "dead-lettered commands of every customer" },
  ],
  seeAlso: ["dead-letter show", "dead-letter resubmit"],
});
