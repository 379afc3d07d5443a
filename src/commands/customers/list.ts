import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersOrAllArgument, selectionOptions, selectionOrAllOf } from "../../cli/options/customer-options.ts";
import type { View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { type Selection, selectCustomers } from "../../lib/config/select-customers.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";

/** A config without customers lists nothing, which is no failure. */
export async function* list({ config }: Context, selection: Selection): AsyncGenerator<CustomerRecord> {
  const read = await config.read();
  const customers = selection.all && read.customers.size === 0 ? [] : selectCustomers(read, selection);
  for (const customer of customers) yield customerRecord(customer);
}

export const view: View<CustomerRecord> = (
  { customer, tenantId, namespace, commandQueue, statusQueue, tags },
  { bold, dim },
  page,
) => {
  const labels = Object.entries(tags).map(([key, value]) => plainLine(`${key}=${value}`));
  const queues = `${namespace}/{${commandQueue},${statusQueue}}`;
  const cells = [customer.padEnd(12), tenantId, queues, labels.join(" ")];
  const line = [bold(cells[0]), tenantId, queues, dim(cells[3])].join("  ").trimEnd();
  if (page === undefined || cells.join("  ").trimEnd().length <= page.columns) return line;
  return [`${bold(customer)}  ${dim(cells[3])}`.trimEnd(), `  ${tenantId}`, `  ${queues}`].join("\n");
};

export const listCommand = defineCommand({
  name: "list",
  summary: "list the customers",
  description: "List the customers in the config, one per line.",
  arguments: customersOrAllArgument,
  options: selectionOptions,
  run: (context, args, options) => list(context, selectionOrAllOf(args, options)),
  render: view,
  examples: [
    { line: "xtenant customers list", what: "list all customers" },
    { line: "xtenant customers list --tag region=eu", what: "list the customers with a tag" },
    { line: "xtenant customers list --json", what: "the same as JSON, one line per customer" },
  ],
  seeAlso: ["customers show", "verify"],
});
