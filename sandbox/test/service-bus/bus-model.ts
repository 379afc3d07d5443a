import { randomUUID } from "node:crypto";
import { roleDefinitions } from "../../src/arm/role-definitions.ts";
import { createTenant, type Model, type Namespace, type Tenant } from "../../src/model.ts";

const roleId = (name: string) => roleDefinitions.find((role) => role.name.endsWith(name))?.id ?? "";

export const roleIds = {
  owner: roleId("Data Owner"),
  sender: roleId("Data Sender"),
  receiver: roleId("Data Receiver"),
  contributor: roleId("Contributor"),
} as const;

/** A tenant with one subscription and in it one namespace without queues, `<name>-bus.servicebus.windows.net`. */
export function addTenant(model: Model, name: string, tier: Namespace["tier"] = "Standard"): Tenant {
  const tenant = createTenant({ id: randomUUID(), displayName: name, domain: `${name}.example` });
  const subscription = { id: randomUUID(), resourceGroups: new Map() };
  const resourceId = `/subscriptions/${subscription.id}/resourcegroups/bus/providers/microsoft.servicebus/namespaces/${name}-bus`;
  const namespace = {
    name: `${name}-bus`,
    host: `${name}-bus.servicebus.windows.net`,
    resourceId,
    tier,
    createdAt: new Date(),
    queues: new Map(),
  };
  subscription.resourceGroups.set("bus", {
    name: "bus",
    location: "westeurope",
    namespaces: new Map([[namespace.name, namespace]]),
  });
  tenant.subscriptions.set(subscription.id, subscription);
  model.tenants.set(tenant.id, tenant);
  return tenant;
}
