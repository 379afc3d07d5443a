import { azureClouds } from "../domain/cloud-endpoints.ts";
import { type CustomerName, parseGuid, parseQueueName } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { Failure } from "../errors/failure.ts";
import type { ConfigDocument } from "./config-schema.ts";
import { parseJsonWithComments } from "./json-with-comments.ts";

/**
 * What the Provider's functions of the pattern's sample read from local.settings.json
 * (github.com/Azure-Samples/Cross-Tenant-Communication-Using-Azure-Service-Bus, Provider/stub_local.settings.json).
 */
const settings = {
  ProviderTenantId: "provider.tenantId",
  ClientId: "provider.clientId",
  CustomerTenantId: "customers.<name>.tenantId",
  ServiceBusNamespace: "customers.<name>.namespace",
  DeploymentCommandQueueName: "customers.<name>.commandQueue",
  DeploymentStatusQueueName: "customers.<name>.statusQueue",
} as const;
type Setting = keyof typeof settings;

/** Said by the Functions runtime, and of no use elsewhere; the secret stays where it is. */
const passedOver = ["AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME", "ClientSecret"];

export type Migrated = {
  readonly document: ConfigDocument;
  /** Settings that have no place in a config. */
  readonly leftOut: readonly string[];
};

/**
 * The config that says what these settings say, with their one Customer under this name. The secret is not copied: the
 * config names the variable that holds it. Throws Failure "usage" that names everything that is missing or wrong.
 */
export function fromLocalSettings(text: string, name: CustomerName): Migrated {
  const values = valuesOf(text);
  const problems: string[] = [];
  const read = <T>(setting: Setting, parse: (text: string) => T): T | undefined => {
    const value = values.get(setting)?.trim() ?? "";
    try {
      if (value === "" || value.startsWith("<")) throw new Error("expected a value; it is missing or a placeholder");
      return parse(value);
    } catch (error) {
      problems.push(`  ${setting}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const provider = { tenantId: read("ProviderTenantId", parseGuid), clientId: read("ClientId", parseGuid) };
  const namespace = read("ServiceBusNamespace", hostOf);
  const customer = {
    tenantId: read("CustomerTenantId", parseGuid),
    commandQueue: read("DeploymentCommandQueueName", parseQueueName),
    statusQueue: read("DeploymentStatusQueueName", parseQueueName),
  };
  if (problems.length > 0) throw refusal(values, problems);
  const document: ConfigDocument = {
    cloud: cloudOf(namespace ?? ""),
    provider: {
      tenantId: provider.tenantId ?? "",
      clientId: provider.clientId ?? "",
      ...(values.has("ClientSecret") ? { credential: { kind: "secret", secretEnv: "ClientSecret" } } : {}),
    },
    customers: {
      [name]: {
        tenantId: customer.tenantId ?? "",
        namespace: namespace ?? "",
        ...omitUndefined({ commandQueue: customer.commandQueue, statusQueue: customer.statusQueue }),
      },
    },
  };
  const leftOut = [...values.keys()].filter((key) => !(key in settings) && !passedOver.includes(key));
  return { document, leftOut };
}

function valuesOf(text: string): ReadonlyMap<string, string> {
  const document = parseJsonWithComments(text);
  if (typeof document !== "object" || document === null || !("Values" in document))
    throw new Failure("LocalSettingsInvalid", "this is not a local.settings.json: it has no object Values");
  if ("IsEncrypted" in document && document.IsEncrypted === true) throw new Failure("LocalSettingsEncrypted");
  return new Map(
    Object.entries(document.Values ?? {}).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

/** As the sample's client takes it, a host; also as the portal shows it, a URL, and by its name alone. */
function hostOf(text: string): string {
  const host = text
    .replace(/^(?:sb|https):\/\//i, "")
    .replace(/[:/].*$/, "")
    .toLowerCase();
  return host.includes(".") ? host : `${host}.${azureClouds.public.serviceBusSuffix}`;
}

function cloudOf(host: string): keyof typeof azureClouds {
  const found = Object.values(azureClouds).find(({ serviceBusSuffix }) => host.endsWith(`.${serviceBusSuffix}`));
  return found?.name ?? "public";
}

function refusal(values: ReadonlyMap<string, string>, problems: readonly string[]): Failure {
  const ofCustomer = values.has("ServiceBusConnection__fullyQualifiedNamespace");
  const message = ["the settings do not make a config:", ...problems].join("\n");
  return new Failure(ofCustomer ? "LocalSettingsOfCustomer" : "LocalSettingsIncomplete", message);
}
