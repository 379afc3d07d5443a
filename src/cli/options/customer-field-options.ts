import type { Customer, Tag, TenantReference } from "../../lib/domain/customer.ts";
import {
  type Guid,
  parseGuid,
  parseNamespaceHost,
  parseNamespaceName,
  parseQueueName,
  parseTenantReference,
} from "../../lib/domain/customer.ts";
import { omitUndefined } from "../../lib/domain/omit-undefined.ts";
import { Failure } from "../../lib/errors/failure.ts";
import { accessChoices } from "./role-option.ts";

/** The options with which `customers add` and `customers set` write a customer. */
export const customerFieldOptions = {
  commandQueue: {
    flags: "--command-queue <name>",
    description: "queue to which the provider sends (default: commands)",
    parse: parseQueueName,
  },
  statusQueue: {
    flags: "--status-queue <name>",
    description: "queue from which the provider receives (default: statuses)",
    parse: parseQueueName,
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
  access: {
    flags: "--access <role>",
    description: "role that `grant` assigns and `verify --drift` compares with (default: least-privilege)",
    choices: accessChoices,
  },
} as const;

export const tenantFlags = {
  flags: "--tenant <id or domain>",
  description: "tenant of the customer; a domain is resolved to the tenant id",
  parse: parseTenantReference,
} as const;

export const namespaceFlags = {
  flags: "--namespace <host>",
  description: "host name of the customer's Service Bus namespace, or only its first part",
  sensitive: false,
} as const;

export type CustomerFields = {
  readonly tenant?: TenantReference;
  readonly namespace?: string;
  readonly commandQueue?: string;
  readonly statusQueue?: string;
  readonly subscription?: Guid;
  readonly resourceGroup?: string;
  readonly namespaceName?: string;
  readonly access?: Customer["access"];
  readonly tags?: readonly Tag[] | undefined;
};

/** The fields as the config has them. The tenant is resolved by the command. */
export function customerFields({ namespace, subscription, tags = [], ...fields }: CustomerFields, suffix: string) {
  const { commandQueue, statusQueue, resourceGroup, namespaceName, access } = fields;
  return omitUndefined({
    namespace: namespace === undefined ? undefined : namespaceHost(namespace, suffix),
    commandQueue,
    statusQueue,
    subscriptionId: subscription,
    resourceGroup,
    namespaceName,
    access,
    tags: tags.length === 0 ? undefined : Object.fromEntries(tags),
  });
}

/** `acme-bus` stands for the host of that name in this cloud. */
function namespaceHost(text: string, suffix: string): string {
  try {
    return parseNamespaceHost(text.includes(".") ? text : `${text}.${suffix}`, suffix);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("UsageInvalidValue", `--namespace '${text}': ${why}`);
  }
}
