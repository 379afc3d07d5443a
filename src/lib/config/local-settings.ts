import { azureClouds } from "../domain/cloud-endpoints.ts";
import { type CustomerName, parseGuid, parseQueueName } from "../domain/customer.ts";
import { omitUndefined } from "../domain/omit-undefined.ts";
import { Failure } from "../errors/failure.ts";
import type { ConfigDocument } from "./config-schema.ts";
import { parseJsonWithComments } from "./json-with-comments.ts";

/**
 * The settings that the provider's functions of the pattern's sample read from local.settings.json
 * (github.com/Azure-Samples/Cross-Tenant-Communication-Using-Azure-Service-Bus, `Provider/stub_local.settings.json`).
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

/** Only the Functions runtime uses these settings. The secret stays in the file. */
const passedOver = ["AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME", "ClientSecret"];

export type Migrated = {
  readonly document: ConfigDocument;
  /** Settings that the config does not have. */
  readonly leftOut: readonly string[];
};

/**
 * Converts these settings into a config with one customer under this name. The secret is not copied: the config names the
 * variable that holds it. Throws Failure "usage" with everything that is missing or wrong.
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

/** The namespace in any of three forms: a host (as the sample's client uses it), a URL (as the portal shows it), or a name. */
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
