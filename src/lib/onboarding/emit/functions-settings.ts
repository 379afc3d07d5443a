import type { Config } from "../../config/config.ts";
import type { Customer } from "../../domain/customer.ts";

/**
 * App settings for an Azure Functions trigger of the provider on a customer's status queue in another tenant. See the Azure
 * Functions reference, "Connecting to a resource in another tenant". It needs Microsoft.Extensions.Azure 1.12 or newer.
 */
export function functionsSettings({ cloud, provider }: Config, customer: Customer): string {
  const { credential } = provider;
  const identity = credential?.kind === "managed-identity" ? credential.managedIdentityClientId : undefined;
  const prefix = `${customer.name.replaceAll("-", "_").toUpperCase()}__`;
  const azureCloud = { usgovernment: "usgov", china: "china" }[cloud.name] ?? "public";
  const settings = {
    fullyQualifiedNamespace: customer.namespace,
    credential: "managedidentityasfederatedidentity",
    azureCloud,
    clientId: provider.clientId,
    tenantId: customer.tenantId,
    managedIdentityClientId: identity ?? "<client id of a user-assigned managed identity of the provider's tenant>",
  };
  const rows = Object.entries(settings).map(([name, value]) => ({
    name: `${prefix}${name}`,
    value,
    slotSetting: false,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
