import type { Application, ServicePrincipal, Tenant, User } from "../model.ts";
import { guid, newSecret } from "./identifiers.ts";

const dayMilliseconds = 24 * 3600_000;
const yearMilliseconds = 365 * dayMilliseconds;

type Details = Partial<Omit<Application, "id" | "appId" | "displayName" | "createdAt">>;

/** Registers an app, single-tenant unless the details say otherwise. */
export function addApplication(tenant: Tenant, displayName: string, now: Date, details: Details = {}): Application {
  const application: Application = {
    id: guid(`application object ${displayName}`),
    appId: guid(`application ${displayName}`),
    displayName,
    signInAudience: "AzureADMyOrg",
    redirectUris: [],
    createdAt: now,
    passwordCredentials: [],
    keyCredentials: [],
    federatedIdentityCredentials: [],
    ...details,
  };
  tenant.applications.set(application.id, application);
  return application;
}

/** Adds a client secret that is valid for a year. */
export function addSecret(application: Application, now: Date): string {
  const secret = newSecret();
  application.passwordCredentials.push({
    keyId: guid(`secret ${application.displayName}`),
    displayName: "sandbox",
    secret,
    startsAt: new Date(now.getTime() - dayMilliseconds), // the scenario may set the clock back
    endsAt: new Date(now.getTime() + yearMilliseconds),
  });
  return secret;
}

export function addServicePrincipal(
  tenant: Tenant,
  { appId, displayName, createdAt }: Pick<Application, "appId" | "displayName" | "createdAt">,
  details: Partial<Pick<ServicePrincipal, "type" | "graphPermissions" | "directoryRoles">> = {},
): ServicePrincipal {
  const principal: ServicePrincipal = {
    id: guid(`service principal ${displayName} in ${tenant.id}`),
    appId,
    appOwnerOrganizationId: tenant.id,
    displayName,
    accountEnabled: true,
    type: "Application",
    graphPermissions: [],
    directoryRoles: [],
    createdAt,
    ...details,
  };
  tenant.servicePrincipals.set(principal.id, principal);
  return principal;
}

export const addManagedIdentity = (tenant: Tenant, displayName: string, now: Date): ServicePrincipal =>
  addServicePrincipal(
    tenant,
    { appId: guid(`managed identity ${displayName}`), displayName, createdAt: now },
    { type: "ManagedIdentity" },
  );

/** An automation administrator: an app that may register apps and consent to them, with a secret. */
export function addAdministratorApp(tenant: Tenant, displayName: string, now: Date) {
  const application = addApplication(tenant, displayName, now);
  addSecret(application, now);
  const principal = addServicePrincipal(tenant, application, {
    graphPermissions: ["Application.ReadWrite.All"],
    directoryRoles: ["Cloud Application Administrator"],
  });
  return { application, principal };
}

export function addUser(tenant: Tenant, alias: string, directoryRoles: readonly string[]): User {
  const user: User = {
    id: guid(`user ${alias} of ${tenant.id}`),
    userPrincipalName: `${alias}@${tenant.domain}`,
    displayName: `${tenant.displayName} ${alias}`,
    directoryRoles,
  };
  tenant.users.set(user.id, user);
  return user;
}
