import { dirname, resolve } from "node:path";
import type { Administrator, ProviderCredential, Responder } from "../azure/credentials/credential-registry.ts";
import { azureClouds, type CloudEndpoints } from "../domain/cloud-endpoints.ts";
import {
  type Customer,
  type CustomerName,
  parseCustomerName,
  parseNamespaceHost,
  type TenantId,
} from "../domain/customer.ts";
import { parseDurationText } from "../domain/duration.ts";
import type { ProviderApp } from "../domain/provider-app.ts";
import type { SavedCommand } from "../domain/saved-command.ts";
import type { TransportWish } from "../domain/transport.ts";
import { withAbsolutePaths } from "./absolute-paths.ts";
import { type ConfigProblem, problemsOf, problemWords, unusableKeys } from "./config-problems.ts";
import { type CustomCloud, configSchema, type ParsedDocument } from "./config-schema.ts";
import type { CurrentContext } from "./contexts.ts";

export { applyEnvironment } from "./environment-overrides.ts";
export type { Administrator, ProviderCredential, Responder };

export type Provider = ProviderApp & {
  /** Absent in the config of a customer's administrator, who only grants roles. */
  readonly credential?: ProviderCredential;
  readonly administrator: Administrator;
};

/** A customer with the identities of its own side, if the config contains them. */
export type ConfiguredCustomer = Customer & {
  readonly administrator: Administrator;
  readonly responder?: Responder;
  /** When `invite` made invitations, as ISO 8601. */
  readonly invitation?: { readonly firstAt: string; readonly lastAt: string };
};

/** The config after parsing: endpoints resolved, paths absolute, identifiers parsed. */
export type Config = {
  /** Absolute path of the config file. */
  readonly file: string;
  /** The context by which the file was found. */
  readonly context?: CurrentContext;
  readonly cloud: CloudEndpoints;
  readonly provider: Provider;
  readonly transport: TransportWish;
  /** Files with a JSON Schema of bodies. */
  readonly contracts: { readonly command?: string; readonly status?: string };
  /** The file of the audit trail. */
  readonly auditFile?: string;
  readonly commands: ReadonlyMap<string, SavedCommand>;
  readonly customers: ReadonlyMap<CustomerName, ConfiguredCustomer>;
  /** Values that did not come from the file. */
  readonly overrides?: readonly Override[];
};

/** A value of the config that an environment variable has replaced or filled in. */
export type Override = { readonly variable: string; readonly path: string };

/** Parses a config from its JSON value, or returns all its problems. `file` is the absolute path that relative paths start from. */
export function parseConfig(document: unknown, file: string): Config | readonly ConfigProblem[] {
  const unusable = unusableKeys(document);
  if (unusable.length > 0) return unusable;
  // A config is read once: a compiled parser would cost more (4 ms) than it saves.
  const result = configSchema.safeParse(document, { jitless: true, error: problemWords });
  if (!result.success) return result.error.issues.flatMap((issue) => problemsOf(issue));
  const { cloud, provider, transport, contracts, audit, commands, customers } = result.data;
  const endpoints = typeof cloud === "string" ? azureClouds[cloud] : customEndpoints(cloud, file);
  const problems: ConfigProblem[] = [];
  const known = new Map<CustomerName, ConfiguredCustomer>();
  for (const [name, entry] of Object.entries(customers)) {
    const one = configuredCustomer(name, entry, { endpoints, file });
    if ("expected" in one) problems.push(one);
    else known.set(one.name, one);
  }
  problems.push(...sharedQueues([...known.values()]));
  if (problems.length > 0) return problems;
  const { credential, name, ...rest } = provider;
  return {
    file,
    cloud: endpoints,
    provider: {
      ...rest,
      tenantId: provider.tenantId as string as TenantId,
      ...(name === undefined ? {} : { name }),
      ...(credential === undefined ? {} : { credential: withAbsolutePaths(credential, dirname(file)) }),
      administrator: withAbsolutePaths(provider.administrator, dirname(file)),
    },
    transport,
    contracts: {
      ...(contracts.command === undefined ? {} : { command: resolve(file, "..", contracts.command) }),
      ...(contracts.status === undefined ? {} : { status: resolve(file, "..", contracts.status) }),
    },
    ...(audit === undefined ? {} : { auditFile: resolve(file, "..", audit.file) }),
    commands: new Map(
      Object.entries(commands).map(([name, { timeout, ...command }]) => [
        name,
        { name, ...command, ...(timeout === undefined ? {} : { timeout: parseDurationText(timeout) }) } as SavedCommand,
      ]),
    ),
    customers: known,
  };
}

function configuredCustomer(
  name: string,
  entry: ParsedDocument["customers"][string],
  { endpoints, file }: { endpoints: CloudEndpoints; file: string },
): ConfiguredCustomer | ConfigProblem {
  const { subscriptionId, resourceGroup, namespaceName, responder: worker, invitation, ...rest } = entry;
  const path = `customers.${name}`;
  try {
    parseCustomerName(name);
  } catch (error) {
    return { path, expected: messageOf(error) };
  }
  try {
    return {
      ...rest,
      name: parseCustomerName(name),
      tenantId: entry.tenantId as string as TenantId,
      namespace: parseNamespaceHost(entry.namespace, endpoints.serviceBusSuffix),
      administrator: withAbsolutePaths(entry.administrator, dirname(file)),
      ...(subscriptionId === undefined ? {} : { subscriptionId }),
      ...(resourceGroup === undefined ? {} : { resourceGroup }),
      ...(namespaceName === undefined ? {} : { namespaceName }),
      ...(worker === undefined ? {} : { responder: withAbsolutePaths(worker, dirname(file)) }),
      ...(invitation === undefined ? {} : { invitation }),
    };
  } catch (error) {
    return { path: `${path}.namespace`, expected: messageOf(error) };
  }
}

/** Two customers that use the same queue would read each other's messages. */
function sharedQueues(customers: readonly Customer[]): ConfigProblem[] {
  const owners = new Map<string, CustomerName>();
  return customers.flatMap(({ name, namespace, commandQueue, statusQueue }) =>
    (
      [
        ["commandQueue", commandQueue],
        ["statusQueue", statusQueue],
      ] as const
    ).flatMap(([key, queue]) => {
      const address = `${namespace}/${queue}`.toLowerCase();
      const owner = owners.get(address);
      if (owner === undefined) owners.set(address, name);
      const whose = owner === name ? "the same customer's other queue" : `${owner}`;
      return owner === undefined
        ? []
        : [
            {
              path: `customers.${name}.${key}`,
              expected: `expected a queue of its own; ${address} is already used by ${whose}`,
            },
          ];
    }),
  );
}

const customEndpoints = (cloud: CustomCloud, file: string): CloudEndpoints => {
  const { serviceBusEndpoint, managedIdentityEndpoint, caFile, ...endpoints } = cloud;
  return {
    ...endpoints,
    federationAudience: azureClouds.public.federationAudience,
    sandbox: { serviceBusEndpoint, managedIdentityEndpoint, caFile: resolve(file, "..", caFile) },
  };
};

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
