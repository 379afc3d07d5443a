import { deleteServicePrincipal } from "../directory.ts";
import type { Environment } from "../environment.ts";
import type { ServicePrincipal, Tenant } from "../model.ts";
import type { Action } from "./action.ts";

/** No tenant of the sandbox is called so. */
export class NoSuchTenant extends Error {}

/** Does to the cloud what the action says, and has the broker look at its links again. */
export async function perform(environment: Environment, action: Action): Promise<void> {
  const { model, keys, recheckLinks } = environment;
  if (action.do === "roll-keys") {
    await keys.roll(action);
  } else {
    const tenant = tenantCalled(environment, action.tenant);
    for (const principal of foreignPrincipals(tenant)) {
      if (action.do === "revoke-roles") revoke(tenant, principal);
      else if (action.do === "withdraw-consent") deleteServicePrincipal(model, tenant, principal);
      else principal.accountEnabled = action.do === "enable-principals";
    }
  }
  recheckLinks();
}

function revoke({ roleAssignments }: Tenant, { id }: ServicePrincipal): void {
  for (const [name, { principalId }] of roleAssignments) if (principalId === id) roleAssignments.delete(name);
}

/** Service principals of apps that other companies registered. */
const foreignPrincipals = ({ id, servicePrincipals }: Tenant) =>
  [...servicePrincipals.values()].filter(({ appOwnerOrganizationId }) => appOwnerOrganizationId !== id);

function tenantCalled({ model }: Environment, name: string): Tenant {
  const wanted = name.toLowerCase();
  for (const tenant of model.tenants.values())
    if ([tenant.id, tenant.domain, tenant.domain.split(".")[0]].includes(wanted)) return tenant;
  throw new NoSuchTenant(`the sandbox has no tenant '${name}'`);
}
