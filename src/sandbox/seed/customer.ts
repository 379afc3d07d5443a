import {
  type Application,
  createTenant,
  defaultQueueSettings,
  type Namespace,
  type Queue,
  type ServicePrincipal,
  type Tenant,
} from "../model.ts";
import { addAdministratorApp, addManagedIdentity, addUser } from "./directory-objects.ts";
import { guid } from "./identifiers.ts";

export type SeededCustomer = {
  readonly name: string;
  readonly region: string;
  readonly tenant: Tenant;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly namespace: Namespace;
  readonly administrator: Application;
  readonly responder: ServicePrincipal;
};

const resourceGroup = "messaging";
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const dataReceiver = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0";
const dataSender = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39";

/** A company with a namespace, two queues, administrators and a responder that already may use its side of the queues. */
export function seedCustomer(name: string, region: string, now: Date): SeededCustomer {
  const tenant = createTenant({
    id: guid(`tenant ${name}`),
    displayName: name.replace(/^./, (letter) => letter.toUpperCase()),
    domain: `${name}.example`,
  });
  const subscriptionId = guid(`subscription ${name}`);
  const namespace = addNamespace(tenant, subscriptionId, name, now);
  const administrator = addAdministratorApp(tenant, `${name}-administrator`, now);
  const user = addUser(tenant, "admin", ["Global Administrator"]);
  addUser(tenant, "staff", []);
  const responder = addManagedIdentity(tenant, `${name}-responder`, now);

  const subscription = `/subscriptions/${subscriptionId}`;
  assign(tenant, { scope: subscription, roleId: owner, principal: administrator.principal, now });
  assign(tenant, { scope: subscription, roleId: owner, principal: { id: user.id, kind: "User" }, now });
  const queues = `${namespace.resourceId}/queues`;
  assign(tenant, { scope: `${queues}/commands`, roleId: dataReceiver, principal: responder, now });
  assign(tenant, { scope: `${queues}/statuses`, roleId: dataSender, principal: responder, now });
  return {
    name,
    region,
    tenant,
    subscriptionId,
    resourceGroup,
    namespace,
    administrator: administrator.application,
    responder,
  };
}

function addNamespace(tenant: Tenant, subscriptionId: string, customer: string, now: Date): Namespace {
  const name = `${customer}-bus`;
  const resourceId = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/microsoft.servicebus/namespaces/${name}`;
  const queues = ["commands", "statuses"].map(
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

function assign(tenant: Tenant, { scope, roleId, principal, now }: Assignment): void {
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
