import type { Config } from "../../config/config.ts";
import { type Customer, type Guid, resourceNameOf } from "../../domain/customer.ts";
import { roles } from "../../domain/role-access.ts";

/** `namespace` includes its queues. */
export type Creates = "nothing" | "queues" | "namespace";

/** What a customer's administrator is asked to set up: consent to the app in one tenant, and only the roles that it needs. */
export type AccessRequest = {
  readonly customer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly providerTenantId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Its name in Resource Manager. */
  readonly namespace: string;
  /** The cloud's name, as in the config. */
  readonly cloud: string;
  /** Resources to create. All others must exist. */
  readonly creates: Creates;
  readonly assignments: readonly { readonly queue: string; readonly roleId: Guid; readonly roleName: string }[];
};

/** Visible placeholders for values that the config does not have. The administrator fills them in. */
export function accessRequest({ cloud, provider }: Config, customer: Customer, creates: Creates): AccessRequest {
  const { name, tenantId, commandQueue, statusQueue } = customer;
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
    namespace: resourceNameOf(customer),
    cloud: cloud.name,
    creates,
    assignments: [role("sender", commandQueue), role("receiver", statusQueue)],
  };
}
