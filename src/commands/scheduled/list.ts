import stringWidth from "fast-string-width";
import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../../cli/options/customer-options.ts";
import { clipText } from "../../cli/output/clip-text.ts";
import { failuresLast } from "../../cli/output/failure-groups.ts";
import { viewTime } from "../../cli/output/format-time.ts";
import type { Style } from "../../cli/output/style.ts";
import { table } from "../../cli/output/table.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { Renderer, View } from "../../cli/run-command.ts";
import type { Page } from "../../cli/terminal/screen.ts";
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

/** Beyond this number each message is printed when it is found. */
const mostInTable = 500;
/** Only at a terminal: a program reads the rows alone. */
const headings = ["CUSTOMER", "NUMBER", "DUE", "ID", "BODY"];

/** At a terminal a table, whose bodies are cut to the width; elsewhere, and for very many, a line for each. */
export function scheduledRenderer(): Renderer<Scheduled | CustomerFailed> {
  const inner = failuresLast<Scheduled | CustomerFailed>(view);
  let kept: Scheduled[] = [];
  return {
    onRecord: (record, style, page) => {
      if (page === undefined || record.type === "failed") return inner.onRecord(record, style, page);
      kept.push(record);
      if (kept.length < mostInTable) return "";
      const lines = kept.map((one) => view(one, style, page)).join("\n");
      kept = [];
      return lines;
    },
    onEnd: (style, page) => {
      const failed = inner.onEnd?.(style, page) ?? "";
      const shown = page === undefined || kept.length === 0 ? "" : tableText(kept, style, page);
      return [shown, failed].filter((text) => text !== "").join("\n");
    },
  };
}

function tableText(records: readonly Scheduled[], { bold, dim }: Style, page: Page): string {
  const rows = records.map((record) => [
    record.customer,
    record.sequenceNumber,
    record.scheduledAt === undefined ? "-" : viewTime(record.scheduledAt, page),
    plainLine(record.messageId ?? "-"),
    plainLine(bodyOfRecord(record)),
  ]);
  const paint = (cell: string, column: number) =>
    headings[column] === cell ? dim(cell) : column === 0 ? bold(cell) : column === 2 ? dim(cell) : cell;
  const widths = headings
    .slice(0, -1)
    .map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ""))));
  const room =
    page.columns - widths.reduce((sum, width, column) => sum + Math.max(width, headings[column]?.length ?? 0) + 2, 0);
  if (room < shortestBody) return records.map((record) => view(record, { bold, dim } as Style, page)).join("\n");
  return table([headings, ...rows.map((row) => [...row.slice(0, -1), clipText(row.at(-1) ?? "", room)])], paint);
}

const shortestBody = 12;

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "list scheduled messages",
  description:
    "List scheduled commands of customers with their sequence numbers. Needs the Listen claim on the command queue.",
  arguments: customersArgument,
  options: selectionOptions,
  createRenderer: scheduledRenderer,
  paged: "top",
  run: (context, args, options) => list(context, selectionOf(args, options)),
  examples: [
    { line: "xtenant scheduled list acme", what: "numbers, times, ids and bodies" },
    { line: "xtenant scheduled list --all --json", what: "the scheduled commands of every customer as JSON" },
  ],
  seeAlso: ["scheduled cancel", "send"],
});
