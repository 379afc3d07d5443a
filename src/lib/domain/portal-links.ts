import type { CloudEndpoints } from "./cloud-endpoints.ts";
import type { Customer } from "./customer.ts";
import { namespaceResourceId, queuePath } from "./role-access.ts";

/** Pages of the Azure portal, in the customer's tenant. Absent what is not in the config. */
export type PortalLinks = {
  /** All apps that the tenant has consented to. */
  readonly enterpriseApps: string;
  readonly namespace?: string;
  readonly commandQueue?: string;
  readonly statusQueue?: string;
};

/** Undefined for the sandbox, which has no portal. */
export function portalLinks(
  { portalHost }: Pick<CloudEndpoints, "portalHost">,
  customer: Customer,
): PortalLinks | undefined {
  if (portalHost === undefined) return undefined;
  const { tenantId, subscriptionId, commandQueue, statusQueue } = customer;
  const enterpriseApps = `${portalHost}/${tenantId}/#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview`;
  if (subscriptionId === undefined || customer.resourceGroup === undefined) return { enterpriseApps };
  const namespace = `${portalHost}/#@${tenantId}/resource${encodeURI(namespaceResourceId(customer))}`;
  const queue = (name: string) => `${namespace}/queues/${encodeURIComponent(queuePath(name))}`;
  return { enterpriseApps, namespace, commandQueue: queue(commandQueue), statusQueue: queue(statusQueue) };
}
