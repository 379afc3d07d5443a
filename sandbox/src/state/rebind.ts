import type { Model, Tenant } from "../model.ts";
import type { SeededCustomer } from "../seed/customer.ts";
import type { Seed } from "../seed/seed.ts";

/** The seed's objects as they are in a model that was kept: same ids in every run, other secrets and settings by now. */
export function rebind({ provider, customers }: Seed, model: Model): Seed {
  const tenant = kept(model.tenants, provider.tenant);
  return {
    model,
    provider: {
      tenant,
      application: kept(tenant.applications, provider.application),
      identity: kept(tenant.servicePrincipals, provider.identity),
      administrator: kept(tenant.applications, provider.administrator),
    },
    customers: customers.map((customer) => rebound(customer, kept(model.tenants, customer.tenant))),
  };
}

function rebound(customer: SeededCustomer, tenant: Tenant): SeededCustomer {
  const group = tenant.subscriptions.get(customer.subscriptionId)?.resourceGroups.get(customer.resourceGroup);
  return {
    ...customer,
    tenant,
    namespace: group?.namespaces.get(customer.namespace.name) ?? customer.namespace,
    administrator: kept(tenant.applications, customer.administrator),
    responder: kept(tenant.servicePrincipals, customer.responder),
  };
}

/** What was deleted since is taken from the seed: files still need a name and a secret for it. */
const kept = <One extends { readonly id: string }>(all: ReadonlyMap<string, One>, one: One): One =>
  all.get(one.id) ?? one;
