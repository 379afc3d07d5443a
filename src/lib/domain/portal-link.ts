import type { CloudEndpoints } from "./cloud-endpoints.ts";
import { type Customer, type QueueRole, queueOf, resourceNameOf } from "./customer.ts";

/** Azure's portals by the name of the cloud. The sandbox has none. */
const portals: Readonly<Record<string, string>> = {
  public: "https://portal.azure.com",
  usgovernment: "https://portal.azure.us",
  china: "https://portal.azure.cn",
};

/**
 * The page of a customer's namespace, or of one of its queues, in the Azure portal. Without the subscription and the resource group in
 * the config it is the list of namespaces of the tenant.
 */
export function portalLink(
  { name, sandbox }: Pick<CloudEndpoints, "name" | "sandbox">,
  customer: Customer,
  role?: QueueRole,
): string | undefined {
  const portal = portals[name];
  if (portal === undefined || sandbox !== undefined) return undefined;
  const { tenantId, subscriptionId, resourceGroup } = customer;
  if (subscriptionId === undefined || resourceGroup === undefined)
    return `${portal}/#@${tenantId}/browse/Microsoft.ServiceBus%2Fnamespaces`;
  const namespace = [
    ...["subscriptions", subscriptionId, "resourceGroups", encodeURIComponent(resourceGroup)],
    ...["providers/Microsoft.ServiceBus/namespaces", encodeURIComponent(resourceNameOf(customer))],
  ].join("/");
  const queue = role === undefined ? "" : `/queues/${encodeURIComponent(queueOf(customer, role))}`;
  return `${portal}/#@${tenantId}/resource/${namespace}${queue}/overview`;
}
