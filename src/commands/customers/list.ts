import stringWidth from "fast-string-width";
import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersOrAllArgument, selectionOptions, selectionOrAllOf } from "../../cli/options/customer-options.ts";
import type { Style } from "../../cli/output/style.ts";
import { table } from "../../cli/output/table.ts";
import { wrapToPage } from "../../cli/output/wrap-text.ts";
import type { Renderer } from "../../cli/run-command.ts";
import type { Page } from "../../cli/terminal/screen.ts";
import { type CustomerRecord, customerRecord, type Selection, selectCustomers } from "../../lib/entry/customers.ts";
import { plainLine } from "../../lib/entry/values.ts";

/** A config without customers lists nothing, which is no failure. */
export async function* list({ config }: Context, selection: Selection): AsyncGenerator<CustomerRecord> {
  const read = await config.read();
  const customers = selection.all && read.customers.size === 0 ? [] : selectCustomers(read, selection);
  for (const customer of customers) yield customerRecord(customer);
}

/** A table when all records are known, or a block for each where the page is too narrow for the table. */
export function customersRenderer(): Renderer<CustomerRecord> {
  const rows: Row[] = [];
  return {
    onRecord: (record) => {
      rows.push(rowOf(record));
      return "";
    },
    onEnd: (style, page) => {
      const shown = page === undefined || rows.length === 0 ? rows : [headings, ...rows];
      const tableOf = (columns: readonly number[]) =>
        table(
          shown.map((row) => columns.map((column) => row[column] ?? "")),
          (cell, at) => (isHeading(cell) ? style.dim(cell) : paint(style, cell, columns[at] ?? 0)),
        );
      const isFitting = (lines: string) =>
        page === undefined || lines.split("\n").every((line) => stringWidth(line) <= page.columns);
      // The tenant is the first that a narrow window goes without: `customers show` has it.
      const found = [
        [0, 1, 2, 3],
        [0, 2, 3],
      ]
        .map(tableOf)
        .find(isFitting);
      return found ?? rows.map((row) => (page === undefined ? "" : block(row, style, page))).join("\n");
    },
  };
}

/** Only at a terminal: a program reads the rows alone. */
const headings = ["CUSTOMER", "TENANT", "QUEUES", "TAGS"];
const isHeading = (cell: string) => headings.includes(cell);

type Row = readonly [customer: string, tenant: string, queues: string, tags: string];

const rowOf = ({ customer, tenantId, namespace, commandQueue, statusQueue, tags }: CustomerRecord): Row => [
  customer,
  tenantId,
  `${namespace}/{${commandQueue},${statusQueue}}`,
  Object.entries(tags)
    .map(([key, value]) => plainLine(`${key}=${value}`))
    .join(" "),
];

const paint = ({ bold, dim }: Style, cell: string, column: number) =>
  column === 0 ? bold(cell) : column === 3 ? dim(cell) : cell;

const block = ([customer, tenant, queues, tags]: Row, { bold, dim }: Style, page: Page) =>
  [wrapToPage(`${bold(customer)}  ${dim(tags)}`.trimEnd(), page), `  ${tenant}`, `  ${queues}`].join("\n");

export const listCommand = defineCommand({
  name: "list",
  aliases: ["ls"],
  summary: "list the customers",
  description: "List the customers in the config, one per line.",
  arguments: customersOrAllArgument,
  options: selectionOptions,
  paged: "top",
  run: (context, args, options) => list(context, selectionOrAllOf(args, options)),
  createRenderer: customersRenderer,
  examples: [
    { line: "xtenant customers list", what: "list all customers" },
    { line: "xtenant customers list --tag region=eu", what: "list the customers with a tag" },
    { line: "xtenant customers list --json", what: "the same as JSON, one line per customer" },
  ],
  seeAlso: ["customers show", "verify"],
});
