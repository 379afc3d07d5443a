import type { Config } from "../../config/config.ts";
import type { Customer, Guid } from "../../domain/customer.ts";
import { roles } from "../../domain/role-access.ts";

/** `namespace` comes with its queues. */
export type Creates = "nothing" | "queues" | "namespace";

/** What a customer's administrator is asked to make: the app admitted to one tenant, and no more roles there than it needs. */
export type AccessRequest = {
  readonly customer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly providerTenantId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** First label of the namespace's host: its name in Resource Manager. */
  readonly namespace: string;
  /** The cloud's name, as the config has it. */
  readonly cloud: string;
  /** What is made besides; the rest is taken to be there. */
  readonly creates: Creates;
  readonly assignments: readonly { readonly queue: string; readonly roleId: Guid; readonly roleName: string }[];
};

/** Places that the config leaves out are left to the administrator, visibly. */
export function accessRequest({ cloud, provider }: Config, customer: Customer, creates: Creates): AccessRequest {
  const { name, tenantId, namespace, commandQueue, statusQueue } = customer;
  const role = (which: "sender" | "receiver", queue: string) => ({
    queue,
    roleId: roles[which].id,
    roleName: roles[which].name,
  });
  return {
    customer: name,
    tenantId,
    clientId: provider.clientId,
    providerTenantId: provider.tenantId,
    subscriptionId: customer.subscriptionId ?? "<subscription id>",
    resourceGroup: customer.resourceGroup ?? "<resource group>",
    namespace: namespace.split(".")[0] ?? namespace,
    cloud: cloud.name,
    creates,
    assignments: [role("sender", commandQueue), role("receiver", statusQueue)],
  };
}
