import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { parseArgument } from "../../cli/options/parsers.ts";
import { table } from "../../cli/output/table.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { findCustomer } from "../../lib/config/select-customers.ts";
import { type CustomerName, parseCustomerName } from "../../lib/domain/customer.ts";
import { plainLine } from "../../lib/domain/plain-text.ts";

export async function show({ config }: Context, name: CustomerName): Promise<CustomerRecord> {
  return customerRecord(findCustomer(await config.read(), name));
}

export const view: View<CustomerRecord> = (record, { dim }) => {
  const rows = Object.entries(record).map(([key, value]) => [
    key,
    plainLine(typeof value === "string" ? value : JSON.stringify(value)),
  ]);
  return table(rows, (cell, column) => (column === 0 ? dim(cell) : cell));
};

export const showCommand = (run: Run) =>
  new Command("show")
    .summary("show one in full")
    .description("Show what the config says of one Customer.")
    .argument("<customer>", "a name from `xtenant customers list`", parseArgument(parseCustomerName))
    .configureHelp(
      withExamples({
        examples: [
          { line: "xtenant customers show acme", what: "what the config says of acme, defaults filled in" },
          { line: "xtenant customers show acme --json", what: "the same as data" },
        ],
        seeAlso: ["help config", "verify"],
      }),
    )
    .action((name) => run(show, view)(name));
