import { randomUUID } from "node:crypto";
import type { Environment } from "./environment.ts";
import { type Application, findServicePrincipal, type Model, type ServicePrincipal, type Tenant } from "./model.ts";

/** Directory roles whose holders may consent to an app for the whole tenant (Entra, grant tenant-wide admin consent). */
const administratorRoles = [
  "Global Administrator",
  "Privileged Role Administrator",
  "Application Administrator",
  "Cloud Application Administrator",
];

export const isAdministrator = ({ directoryRoles }: { readonly directoryRoles: readonly string[] }): boolean =>
  directoryRoles.some((role) => administratorRoles.includes(role));

/** An app with the tenant that registered it. */
export type Registration = { readonly tenant: Tenant; readonly application: Application };

/** The app's service principal in this tenant, created unless it is there. */
export function admit(
  { now, faults }: Pick<Environment, "now" | "faults">,
  tenant: Tenant,
  { tenant: owner, application }: Registration,
): ServicePrincipal {
  const existing = findServicePrincipal(tenant, application.appId);
  if (existing !== undefined) return existing;
  const { principalDelay, graphDelay } = faults.scenario;
  const after = (delay: number) => new Date(now().getTime() + delay);
  const principal: ServicePrincipal = {
    id: randomUUID(),
    appId: application.appId,
    appOwnerOrganizationId: owner.id,
    displayName: application.displayName,
    accountEnabled: true,
    type: "Application",
    graphPermissions: [],
    directoryRoles: [],
    createdAt: now(),
    ...(principalDelay > 0 ? { replicatedAt: after(principalDelay) } : {}),
    ...(graphDelay > 0 ? { shownAt: after(graphDelay) } : {}),
  };
  tenant.servicePrincipals.set(principal.id, principal);
  return principal;
}

/** Whether the services beside Graph know it by now. */
export const isReplicated = ({ replicatedAt }: ServicePrincipal, now: Date): boolean =>
  replicatedAt === undefined || replicatedAt <= now;

/** Whether the replica of Graph that answers knows it by now. */
export const isShown = ({ shownAt }: ServicePrincipal, now: Date): boolean => shownAt === undefined || shownAt <= now;

/** Its role assignments stay, as in Azure, without a principal. */
export function deleteServicePrincipal(model: Model, tenant: Tenant, principal: ServicePrincipal): void {
  tenant.servicePrincipals.delete(principal.id);
  model.deletedServicePrincipals.set(principal.id, { tenantId: tenant.id, principal });
}

export const wasDeleted = (model: Model, tenant: Tenant, appId: string): boolean =>
  model.deletedServicePrincipals
    .values()
    .some(({ tenantId, principal }) => tenantId === tenant.id && principal.appId === appId);
