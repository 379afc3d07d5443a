import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { parseRepeatedArgument } from "../../cli/options/parsers.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { selectCustomers } from "../../lib/config/select-customers.ts";
import { parseTag, type Tag } from "../../lib/domain/customer.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";

type Options = { readonly tag?: readonly Tag[] };

export async function* list({ config }: Context, { tag: tags }: Options = {}): AsyncGenerator<CustomerRecord> {
  const read = await config.read();
  const customers = tags === undefined ? read.customers.values() : selectCustomers(read, { tag: tags });
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

export const listCommand = (run: Run) =>
  new Command("list")
    .summary("list all of them")
    .description("List the Customers in the config, a line each.")
    .option(
      "-t, --tag <key=value>",
      "those with this tag; repeat it to ask for several at once",
      parseRepeatedArgument(parseTag),
    )
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant customers list", what: "who is in the config" },
          { line: "xtenant customers list --tag region=eu", what: "those with a tag" },
          { line: "xtenant customers list --json", what: "the same for a script: one Customer a line" },
        ],
        seeAlso: ["customers show", "verify"],
      }),
    )
    .action((options) => run(list, view)(options));
