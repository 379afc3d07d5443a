import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import { confirmCustomers, yesOption } from "../../cli/options/confirm-customers.ts";
import { customersArgument, selectionOf, selectionOptions } from "../../cli/options/customer-options.ts";
import type { View } from "../../cli/run-command.ts";
import { isInteractive } from "../../cli/terminal/prompts.ts";
import {
  type ConfigDocument,
  type CustomerRecord,
  customerRecord,
  type Selection,
  selectCustomers,
} from "../../lib/entry/customers.ts";
import { Failure } from "../../lib/entry/errors.ts";

type Options = { readonly yes?: true | undefined; readonly dryRun?: true | undefined };

/** Removes customers from the config file in one change. Azure stays unchanged. A person is asked first. */
export async function* remove(
  context: Context,
  selection: Selection,
  { yes, dryRun }: Options = {},
): AsyncGenerator<CustomerRecord> {
  const config = await context.config.read();
  const removed = selectCustomers(config, selection);
  if (!dryRun) {
    await confirmCustomers(context, { config, customers: removed, action: "Remove", yes, from: true });
    if (removed.length > 1 && !yes && !isInteractive(context.terminal))
      throw new Failure("UsageMissingOption", `removing ${removed.length} customers from the config needs --yes`);
  }
  const names = new Set<string>(removed.map(({ name }) => name));
  const edit = (document: ConfigDocument) => {
    const customers = Object.entries(document.customers ?? {}).filter(([name]) => !names.has(name));
    return { ...document, customers: Object.fromEntries(customers) };
  };
  await context.config.change(edit, { dryRun: dryRun === true });
  for (const customer of removed) yield customerRecord(customer);
}

const viewBy =
  (dryRun: true | undefined): View<CustomerRecord> =>
  ({ customer }, { green, yellow }) =>
    dryRun
      ? `${yellow("would remove")} ${customer} from the config`
      : `${green("removed")} ${customer} from the config; if it had consented, its service principal and roles are still there`;

export const removeCommand = defineCommand({
  name: "remove",
  aliases: ["rm"],
  summary: "remove customers from the config",
  description: "Remove customers from the config file. Nothing changes in Azure.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    dryRun: { flags: "--dry-run", description: "show what would be removed, and remove nothing" },
    yes: yesOption,
  },
  createRenderer: ({ dryRun }) => ({ onRecord: viewBy(dryRun) }),
  changes: true,
  run: (context, args, { yes, dryRun, ...selection }) => remove(context, selectionOf(args, selection), { yes, dryRun }),
  examples: [
    { line: "xtenant customers remove tailspin", what: "remove tailspin from the config; Azure stays unchanged" },
    {
      line: "xtenant offboard tailspin --yes && xtenant customers remove tailspin",
      what: "remove the roles and the service principal first",
    },
  ],
  seeAlso: ["offboard"],
});
