import { defineCommand } from "../../cli/command/define-command.ts";
import { group } from "../../cli/command/define-option.ts";
import type { Context } from "../../cli/context.ts";
import {
  type CustomerFields,
  customerFieldOptions,
  customerFields,
  namespaceFlags,
  tenantFlags,
} from "../../cli/options/customer-field-options.ts";
import type { View } from "../../cli/run-command.ts";
import { nonEmptyText } from "../../cli/terminal/init-prompts.ts";
import { ask } from "../../cli/terminal/prompts.ts";
import {
  type ConfigDocument,
  type CustomerName,
  type CustomerRecord,
  customerRecord,
  findCustomer,
  parseCustomerName,
  parseTag,
  parseTenantReference,
  type TenantReference,
} from "../../lib/entry/customers.ts";
import { Failure } from "../../lib/entry/errors.ts";

type Options = CustomerFields & {
  readonly tenant?: TenantReference;
  readonly namespace?: string;
  readonly dryRun?: true;
};

/** Adds a customer to the config file; one of that name is never overwritten. */
export async function add(context: Context, name: CustomerName, given: Options): Promise<CustomerRecord> {
  const { azure, config } = context;
  const { cloud } = await config.read();
  const options = await completed(context, name, given);
  const fields = customerFields(options, cloud.serviceBusSuffix);
  const tenantId = await azure.resolveTenant(cloud, options.tenant);
  const { readSandboxTenants } = await import("../../lib/entry/config-document.ts");
  const ofSandbox = (await readSandboxTenants({ cloud }))(tenantId);
  const edit = (document: ConfigDocument) => {
    if (Object.hasOwn(document.customers ?? {}, name))
      throw new Failure("CustomerExists", `there is a customer '${name}' already`, { params: { customer: name } });
    const { namespace = options.namespace, ...rest } = fields;
    const customer = { tenantId, namespace, commandQueue: "commands", statusQueue: "statuses", ...ofSandbox, ...rest };
    return { ...document, customers: { ...document.customers, [name]: customer } };
  };
  const changed = await config.change(edit, { dryRun: options.dryRun === true });
  return customerRecord(findCustomer(changed, name));
}

/** At a terminal, a person is asked for what is missing. */
async function completed({ terminal }: Context, name: CustomerName, given: Options) {
  const tenant =
    given.tenant ?? (await ask(terminal, "--tenant", `The tenant of ${name} (id or domain)`, parseTenantReference));
  const namespace =
    given.namespace ?? (await ask(terminal, "--namespace", `The Service Bus namespace of ${name}`, nonEmptyText));
  return { ...given, tenant, namespace };
}

const viewBy =
  (dryRun: true | undefined): View<CustomerRecord> =>
  ({ customer, tenantId, access }, { green, yellow, dim }) =>
    [
      `${dryRun ? yellow("would add") : green("added")} ${customer} (tenant ${tenantId}, access ${access})`,
      ...(dryRun ? [] : [`  ${dim("next")}  xtenant onboard ${customer}`]),
    ].join("\n");

export const addCommand = defineCommand({
  name: "add",
  summary: "add a customer to the config",
  description: "Add a customer to the config file. Run `xtenant verify` afterwards to check it.",
  arguments: {
    name: { description: "a short name: lower-case letters, digits and hyphens", parse: parseCustomerName },
  },
  options: {
    tenant: tenantFlags,
    namespace: namespaceFlags,
    ...group("Settings:", customerFieldOptions),
    tag: {
      flags: "-t, --tag <key=value>",
      description: "tag of the customer; repeatable",
      parse: parseTag,
      repeatable: true,
    },
    dryRun: { flags: "--dry-run", description: "show what would be added, and add nothing" },
  },
  createRenderer: ({ dryRun }) => ({ onRecord: viewBy(dryRun) }),
  changes: true,
  run: (context, { name }, { tag: tags, ...options }) => add(context, name, { ...options, tags }),
  examples: [
    {
      line: "xtenant customers add tailspin --tenant tailspin.example --namespace tailspin-bus.servicebus.windows.net",
      what: "add a customer with the default queue names",
    },
    {
      line: "xtenant customers add tailspin --tenant tailspin.example --namespace tailspin-bus.servicebus.windows.net --status-queue receipts --tag region=eu",
      what: "set the name of a queue, and a tag",
    },
  ],
  seeAlso: ["customers set", "onboard", "verify"],
});
