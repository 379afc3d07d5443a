import { Command } from "@commander-js/extra-typings";
import type { Context } from "../../cli/context.ts";
import { withExamples } from "../../cli/help/command-help.ts";
import { parseArgument, parseRepeatedArgument } from "../../cli/options/parsers.ts";
import type { Run, View } from "../../cli/run-command.ts";
import { type CustomerRecord, customerRecord } from "../../lib/config/customer-record.ts";
import { findCustomer } from "../../lib/config/select-customers.ts";
import {
  type CustomerName,
  type Guid,
  parseCustomerName,
  parseGuid,
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
  readonly tag?: readonly (readonly [string, string])[];
};

/** Adds a Customer to the config file; one of that name is never overwritten. */
export async function add({ azure, config }: Context, name: CustomerName, options: Options): Promise<CustomerRecord> {
  const { tenant, namespace, commandQueue, statusQueue, subscription, resourceGroup, tag: tags = [] } = options;
  const tenantId = await azure.resolveTenant((await config.read()).cloud, tenant);
  const changed = await config.change((document) => {
    if (Object.hasOwn(document.customers ?? {}, name))
      throw new Failure("conflict", `there is a Customer '${name}' already`, {
        code: "CustomerExists",
        hint: `xtenant customers show ${name}`,
      });
    const customer = {
      tenantId,
      namespace,
      commandQueue,
      statusQueue,
      ...omitUndefined({ subscriptionId: subscription, resourceGroup }),
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
    };
    return { ...document, customers: { ...document.customers, [name]: customer } };
  });
  return customerRecord(findCustomer(changed, name));
}

export const view: View<CustomerRecord> = ({ customer, tenantId: tenant }, { green }) =>
  `${green("added")} ${customer} (tenant ${tenant})`;

export const addCommand = (run: Run) =>
  new Command("add")
    .summary("add one to the config")
    .description("Add a Customer to the config file. `xtenant verify` looks whether all of it is true.")
    .argument("<name>", "a short name: lower-case letters, digits and hyphens", parseArgument(parseCustomerName))
    .requiredOption(
      "--tenant <id or domain>",
      "the Customer's tenant; a domain is looked up",
      parseArgument(parseTenantReference),
    )
    .requiredOption("--namespace <host>", "host of the Customer's Service Bus namespace")
    .option("--command-queue <name>", "queue that the Provider writes to", parseArgument(parseQueueName), "commands")
    .option("--status-queue <name>", "queue that the Provider reads", parseArgument(parseQueueName), "statuses")
    .option("--subscription <id>", "subscription of the namespace, for `grant`", parseArgument(parseGuid))
    .option("--resource-group <name>", "resource group of the namespace, for `grant`")
    .option("-t, --tag <key=value>", "a tag, may be repeated", parseRepeatedArgument(parseTag))
    .configureHelp(
      withExamples({
        examples: [
          {
            line: "xtenant customers add tailspin --tenant tailspin.example --namespace tailspin-bus.servicebus.windows.net",
            what: "a Customer with the usual queues, whose tenant is looked up by its domain",
          },
          {
            line: "xtenant customers add tailspin --tenant tailspin.example --namespace tailspin-bus.servicebus.windows.net --status-queue receipts --tag region=eu",
            what: "a queue of another name, and a tag to choose by",
          },
        ],
        seeAlso: ["onboard", "verify"],
      }),
    )
    .action((name, options) => run(add, view)(name, options));
