import { defaultQueueSettings, type Namespace, type Queue, type Tenant } from "../model.ts";
import { guid } from "./identifiers.ts";

export const resourceGroup = "messaging";

/** Ids of built-in roles. */
export const roles = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  dataReceiver: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
  dataSender: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
} as const;

type Wanted = {
  readonly subscriptionId: string;
  readonly company: string;
  readonly queues: readonly string[];
  readonly now: Date;
};

/** `acme-bus` with its queues, in a subscription of its own. */
export function addNamespace(tenant: Tenant, { subscriptionId, company, queues: names, now }: Wanted): Namespace {
  const name = `${company}-bus`;
  const resourceId = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/microsoft.servicebus/namespaces/${name}`;
  const queues = names.map(
    (queue): Queue => ({
      name: queue,
      resourceId: `${resourceId}/queues/${queue}`,
      createdAt: now,
      settings: defaultQueueSettings,
    }),
  );
  const namespace: Namespace = {
    name,
    host: `${name}.servicebus.localhost`,
    resourceId,
    tier: "Standard",
    createdAt: now,
    queues: new Map(queues.map((queue) => [queue.name, queue])),
  };
  const group = { name: resourceGroup, location: "westeurope", namespaces: new Map([[name, namespace]]) };
  tenant.subscriptions.set(subscriptionId, {
    id: subscriptionId,
    resourceGroups: new Map([[resourceGroup, group]]),
  });
  return namespace;
}

type Assignment = {
  readonly scope: string;
  readonly roleId: string;
  readonly principal: { readonly id: string; readonly kind?: "User" };
  readonly now: Date;
};

export function assign(tenant: Tenant, { scope, roleId, principal, now }: Assignment): void {
  const name = guid(`assignment ${scope} ${roleId} ${principal.id}`);
  tenant.roleAssignments.set(name, {
    name,
    scope,
    roleId,
    principalId: principal.id,
    principalType: principal.kind ?? "ServicePrincipal",
    description: undefined,
    createdAt: now,
    effectiveAt: new Date(0),
  });
}
