import { defineCommand } from "../../cli/command/define-command.ts";
import { group } from "../../cli/command/define-option.ts";
import type { Context } from "../../cli/context.ts";
import { confirmCustomers, yesOption } from "../../cli/options/confirm-customers.ts";
import {
  type CustomerFields,
  customerFieldOptions,
  customerFields,
  namespaceFlags,
  tenantFlags,
} from "../../cli/options/customer-field-options.ts";
import { customersArgument, selectionOf, selectionOptions } from "../../cli/options/customer-options.ts";
import type { View } from "../../cli/run-command.ts";
import {
  type ConfigDocument,
  type CustomerRecord,
  customerRecord,
  findCustomer,
  parseTag,
  parseTagName,
  type Selection,
  selectCustomers,
} from "../../lib/entry/customers.ts";
import { Failure } from "../../lib/entry/errors.ts";
import { omitUndefined } from "../../lib/entry/values.ts";

type Options = CustomerFields & {
  readonly removeTag?: readonly string[] | undefined;
  readonly dryRun?: true;
  readonly yes?: true;
};

/** Changes the named settings of customers in the config file; the others stay as they are. */
export async function* set(
  context: Context,
  selection: Selection,
  { removeTag = [], dryRun, yes, ...options }: Options,
): AsyncGenerator<CustomerRecord> {
  const config = await context.config.read();
  const customers = selectCustomers(config, selection);
  const { tags = {}, ...fields } = customerFields(options, config.cloud.serviceBusSuffix);
  const changes = {
    ...fields,
    ...(options.tenant && { tenantId: await context.azure.resolveTenant(config.cloud, options.tenant) }),
  };
  if (Object.keys({ ...changes, ...tags }).length + removeTag.length === 0)
    throw new Failure("UsageMissingOption", "there is nothing to set: name a setting, such as --access or --add-tag");
  if (customers.length > 1 && (options.tenant || options.namespace))
    throw new Failure("UsageOneCustomer", "--tenant and --namespace are of one customer: name that customer");
  if (customers.length > 1 && !dryRun)
    await confirmCustomers(context, { config, customers, action: "Change the settings of", yes });
  const names = new Set<string>(customers.map(({ name }) => name));
  type Entry = NonNullable<ConfigDocument["customers"]>[string];
  const changedEntry = (entry: Entry): Entry => {
    const kept = Object.entries({ ...entry.tags, ...tags }).filter(([key]) => !removeTag.includes(key));
    return {
      ...entry,
      ...changes,
      ...omitUndefined({ tags: kept.length + removeTag.length === 0 ? undefined : Object.fromEntries(kept) }),
    };
  };
  const edit = (document: ConfigDocument): ConfigDocument => ({
    ...document,
    customers: Object.fromEntries(
      Object.entries(document.customers ?? {}).map(([name, entry]) => [
        name,
        names.has(name) ? changedEntry(entry) : entry,
      ]),
    ),
  });
  const changed = await context.config.change(edit, { dryRun: dryRun === true });
  for (const { name } of customers) yield customerRecord(findCustomer(changed, name));
}

const viewBy =
  (dryRun: true | undefined): View<CustomerRecord> =>
  ({ customer, tenantId, namespace, commandQueue, statusQueue, access, tags }, { green, yellow, dim }) => {
    const said = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
    const text = [namespace, `${commandQueue}, ${statusQueue}`, access, ...said, `tenant ${tenantId}`].join("  ");
    return `${dryRun ? yellow("would change") : green("changed")} ${customer}  ${dim(text)}`;
  };

export const setCommand = defineCommand({
  name: "set",
  summary: "change settings of customers in the config",
  description:
    "Change settings of customers in the config file. Settings that are not named stay. Nothing changes in Azure.",
  arguments: customersArgument,
  options: {
    ...selectionOptions,
    tenant: tenantFlags,
    namespace: namespaceFlags,
    ...group("Settings:", customerFieldOptions),
    addTag: {
      flags: "--add-tag <key=value>",
      description: "add or change this tag; repeatable",
      parse: parseTag,
      repeatable: true,
    },
    removeTag: {
      flags: "--remove-tag <key>",
      description: "remove this tag; repeatable",
      parse: parseTagName,
      repeatable: true,
    },
    dryRun: { flags: "--dry-run", description: "show what would change, and change nothing" },
    yes: yesOption,
  },
  createRenderer: ({ dryRun }) => ({ onRecord: viewBy(dryRun) }),
  changes: true,
  run: (context, args, { all, tag, addTag: tags, removeTag, ...options }) =>
    set(context, selectionOf(args, { all, tag }), { ...options, tags, removeTag }),
  examples: [
    { line: "xtenant customers set acme --access data-owner --dry-run", what: "show acme with the wider role" },
    { line: "xtenant customers set acme fabrikam --add-tag tier=gold", what: "add a tag to two customers" },
    { line: "xtenant customers set acme --status-queue receipts", what: "use another queue of acme" },
  ],
  seeAlso: ["customers show", "verify"],
});
