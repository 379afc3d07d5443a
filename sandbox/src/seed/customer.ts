import { type Application, createTenant, type Namespace, type ServicePrincipal, type Tenant } from "../model.ts";
import { addAdministratorApp, addManagedIdentity, addUser } from "./directory-objects.ts";
import { guid } from "./identifiers.ts";
import { addNamespace, assign, resourceGroup, roles } from "./namespace.ts";

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

/** A company with a namespace, two queues, administrators and a responder that already may use its side of the queues. */
export function seedCustomer(name: string, region: string, now: Date): SeededCustomer {
  const tenant = createTenant({
    id: guid(`tenant ${name}`),
    displayName: name.replace(/^./, (letter) => letter.toUpperCase()),
    domain: `${name}.example`,
  });
  const subscriptionId = guid(`subscription ${name}`);
  const namespace = addNamespace(tenant, { subscriptionId, company: name, queues: ["commands", "statuses"], now });
  const administrator = addAdministratorApp(tenant, `${name}-administrator`, now);
  const user = addUser(tenant, "admin", ["Global Administrator"]);
  addUser(tenant, "staff", []);
  const responder = addManagedIdentity(tenant, `${name}-responder`, now);

  const subscription = `/subscriptions/${subscriptionId}`;
  assign(tenant, { scope: subscription, roleId: roles.owner, principal: administrator.principal, now });
  assign(tenant, { scope: subscription, roleId: roles.owner, principal: { id: user.id, kind: "User" }, now });
  const queues = `${namespace.resourceId}/queues`;
  assign(tenant, { scope: `${queues}/commands`, roleId: roles.dataReceiver, principal: responder, now });
  assign(tenant, { scope: `${queues}/statuses`, roleId: roles.dataSender, principal: responder, now });
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
