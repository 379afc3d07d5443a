import { isReplicated, type Registration, wasDeleted } from "../directory.ts";
import type { Environment } from "../environment.ts";
import { findApplication, findServicePrincipal, type ServicePrincipal, type Tenant } from "../model.ts";
import { EntraError } from "./entra-error.ts";

/** An app that asks for a token in its own tenant, or in one that has consented to it. */
export type Client = Registration & { readonly principal: ServicePrincipal };

/**
 * The app's registration and its service principal in the tenant. Throws 700016 for an app that the tenant has never
 * consented to, 7000229 for one whose service principal was deleted, 650059 for one that is no longer multi-tenant.
 */
export function findClient({ model, now }: Environment, tenant: Tenant, clientId: string): Client {
  const registration = findApplication(model, clientId);
  const found = findServicePrincipal(tenant, clientId);
  const principal = found !== undefined && isReplicated(found, now()) ? found : undefined;
  if (registration === undefined || principal === undefined) {
    if (registration !== undefined && wasDeleted(model, tenant, registration.application.appId))
      throw new EntraError(
        7000229,
        `The client application ${clientId} is missing service principal in the tenant ${tenant.id}.`,
      );
    throw notFound(clientId, tenant);
  }
  if (registration.tenant !== tenant && registration.application.signInAudience === "AzureADMyOrg")
    throw singleTenant(clientId);
  return { ...registration, principal };
}

/** The app of a page. The tenant may not have consented to it yet. */
export function findRegistration({ model }: Environment, clientId: string, tenant: Tenant | undefined): Registration {
  const registration = findApplication(model, clientId);
  if (registration === undefined) throw notFound(clientId, tenant);
  if (registration.application.signInAudience === "AzureADMyOrg" && registration.tenant !== tenant) {
    if (tenant === undefined)
      throw new EntraError(
        50194,
        `Application '${clientId}' is not configured as a multi-tenant application. Use a tenant-specific endpoint.`,
      );
    throw singleTenant(clientId);
  }
  return registration;
}

/** Throws 7000112 for a service principal that an administrator of its tenant has switched off. */
export function checkEnabled({ accountEnabled, appId, displayName }: ServicePrincipal): void {
  if (!accountEnabled) throw new EntraError(7000112, `Application '${appId}'(${displayName}) is disabled.`);
}

const notFound = (clientId: string, tenant: Tenant | undefined) =>
  new EntraError(
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${tenant?.displayName ?? "organizations"}'. ` +
      "No administrator of the tenant has installed it and none of its users has consented to it, or the request went to the wrong tenant.",
  );

const singleTenant = (clientId: string) =>
  new EntraError(650059, `The application '${clientId}' is registered for the use of another tenant only.`);
