import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { customersArgument, selectionOf, selectionOptions } from "../../cli/options/customer-options.ts";
import type { View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { type Selection, selectCustomers } from "../../lib/config/select-customers.ts";
import { Failure } from "../../lib/errors/failure.ts";

type Options = { readonly yes?: true | undefined };

/** Removes customers from the config file in one change. Their service principals and roles stay. */
export async function* remove(
  { config }: Context,
  selection: Selection,
  { yes }: Options = {},
): AsyncGenerator<CustomerRecord> {
  const removed = selectCustomers(await config.read(), selection);
  if (removed.length > 1 && !yes)
    throw new Failure("UsageMissingOption", `removing ${removed.length} customers from the config needs --yes`);
  const names = new Set<string>(removed.map(({ name }) => name));
  await config.change((document) => {
    const customers = Object.entries(document.customers ?? {}).filter(([name]) => !names.has(name));
    return { ...document, customers: Object.fromEntries(customers) };
  });
  for (const customer of removed) yield customerRecord(customer);
}

export const view: View<CustomerRecord> = ({ customer }, { green }) =>
  `${green("removed")} ${customer} from the config; its service principal and roles are still there`;

export const removeCommand = defineCommand({
  name: "remove",
  summary: "remove customers from the config",
  description: "Remove customers from the config file. Nothing changes in Azure.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    yes: { flags: "-y, --yes", description: "remove several customers" },
  },
  run: (context, args, { yes, ...selection }) => remove(context, selectionOf(args, selection), { yes }),
  render: view,
  examples: [
    { line: "xtenant customers remove tailspin", what: "remove tailspin from the config; Azure stays unchanged" },
    {
      line: "xtenant offboard tailspin --yes && xtenant customers remove tailspin",
      what: "remove the roles and the service principal first",
    },
  ],
  seeAlso: ["offboard"],
});
