import { defineCommand } from "../../cli/command/define-command.ts";
import type { Context } from "../../cli/context.ts";
import type { View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { findCustomer } from "../../lib/config/select-customers.ts";
import {
  type CustomerName,
  type Guid,
  parseCustomerName,
  parseGuid,
  parseNamespaceName,
  parseQueueName,
  parseTag,
  parseTenantReference,
  type TenantReference,
} from "../../lib/domain/customer.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import { Failure } from "../../lib/errors/failure.ts";

type Options = {
  readonly tenant: TenantReference;
  readonly namespace: string;
  readonly commandQueue: string;
  readonly statusQueue: string;
  readonly subscription?: Guid;
  readonly resourceGroup?: string;
  readonly namespaceName?: string;
  readonly tag?: readonly (readonly [string, string])[];
};

/** Adds a customer to the config file; one of that name is never overwritten. */
export async function add({ azure, config }: Context, name: CustomerName, options: Options): Promise<CustomerRecord> {
  const { tenant, namespace, commandQueue, statusQueue, subscription, tag: tags = [] } = options;
  const { resourceGroup, namespaceName } = options;
  const tenantId = await azure.resolveTenant((await config.read()).cloud, tenant);
  const changed = await config.change((document) => {
    if (Object.hasOwn(document.customers ?? {}, name))
      throw new Failure("CustomerExists", `there is a customer '${name}' already`, { params: { customer: name } });
    const customer = {
      tenantId,
      namespace,
      commandQueue,
      statusQueue,
      ...omitUndefined({ subscriptionId: subscription, resourceGroup, namespaceName }),
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
    };
    return { ...document, customers: { ...document.customers, [name]: customer } };
  });
  return customerRecord(findCustomer(changed, name));
}

export const view: View<CustomerRecord> = ({ customer, tenantId: tenant }, { green }) =>
  `${green("added")} ${customer} (tenant ${tenant})`;

export const addCommand = defineCommand({
  name: "add",
  summary: "add a customer to the config",
  description: "Add a customer to the config file. Run `xtenant verify` afterwards to check it.",
  arguments: {
    name: { description: "a short name: lower-case letters, digits and hyphens", parse: parseCustomerName },
  },
  options: {
    tenant: {
      flags: "--tenant <id or domain>",
      description: "tenant of the customer; a domain is resolved to the tenant id",
      parse: parseTenantReference,
      required: true,
    },
    namespace: {
      flags: "--namespace <host>",
      description: "host name of the customer's Service Bus namespace",
      required: true,
      sensitive: false,
    },
    commandQueue: {
      flags: "--command-queue <name>",
      description: "queue to which the provider sends",
      parse: parseQueueName,
      default: "commands",
    },
    statusQueue: {
      flags: "--status-queue <name>",
      description: "queue from which the provider receives",
      parse: parseQueueName,
      default: "statuses",
    },
    subscription: {
      flags: "--subscription <id>",
      description: "subscription of the namespace, for `grant`",
      parse: parseGuid,
    },
    resourceGroup: {
      flags: "--resource-group <name>",
      description: "resource group of the namespace, for `grant`",
      sensitive: false,
    },
    namespaceName: {
      flags: "--namespace-name <name>",
      description: "name of the namespace, where the host is an alias for geo-recovery; for `grant`",
      parse: parseNamespaceName,
      sensitive: false,
    },
    tag: {
      flags: "-t, --tag <key=value>",
      description: "tag of the customer; repeatable",
      parse: parseTag,
      repeatable: true,
    },
  },
  run: (context, { name }, options) => add(context, name, options),
  render: view,
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
  seeAlso: ["onboard", "verify"],
});
