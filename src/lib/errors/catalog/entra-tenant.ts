import type { CatalogEntry, CatalogPart } from "./catalog-entry.ts";

const noSuchTenant: CatalogEntry = { kind: "auth", cause: "there is no tenant {tenant} in this cloud" };
const otherCloud: CatalogEntry = { kind: "auth", cause: "the tenant is in another cloud" };
const noResource: CatalogEntry = {
  kind: "auth",
  cause:
    "tenant {tenant} does not know Azure Service Bus: it has no subscription with Service Bus, or the tenant id is wrong",
  actor: "customer's administrator",
};
const noRedirect: CatalogEntry = {
  kind: "usage",
  cause: "the redirect URI is not registered on the app",
  actor: "provider's administrator",
};
const noPermissionListed: CatalogEntry = {
  kind: "usage",
  cause: "the app registration lists no permission for the requested resource",
  actor: "provider's administrator",
};
const outage: CatalogEntry = {
  kind: "unavailable",
  cause: "Entra has an outage that passes",
  actor: "Microsoft",
  retryable: true,
};
const malformed: CatalogEntry = { kind: "usage", cause: "Entra cannot read the request" };

/** What Entra says about the tenant, its resources, and the request itself. */
export const entraTenant = {
  AADSTS90002: noSuchTenant,
  AADSTS900021: noSuchTenant,
  AADSTS900023: { ...noSuchTenant, cause: "{tenant} is neither a tenant id nor a domain" },
  AADSTS5000224: { ...noSuchTenant, cause: "tenant {tenant} is not available: it is deactivated or was deleted" },
  AADSTS90038: otherCloud,
  AADSTS900382: otherCloud,
  AADSTS900432: otherCloud,
  AADSTS500011: noResource,
  AADSTS650052: noResource,
  AADSTS65005: noResource,
  AADSTS500014: { ...noResource, cause: "the Azure Service Bus service principal is disabled in tenant {tenant}" },
  AADSTS50011: noRedirect,
  AADSTS900971: noRedirect,
  AADSTS650056: noPermissionListed,
  AADSTS650057: noPermissionListed,
  AADSTS90008: noPermissionListed,
  AADSTS500131: { ...malformed, cause: "the client assertion was made for another app" },
  AADSTS900561: { ...malformed, cause: "a token URL was opened in a browser" },
  AADSTS9002313: malformed,
  AADSTS900144: malformed,
  AADSTS90023: malformed,
  AADSTS70011: malformed,
  AADSTS1002012: { ...malformed, cause: "the scope of the token request does not end in /.default" },
  AADSTS90006: outage,
  AADSTS90012: outage,
  AADSTS90024: outage,
  AADSTS90033: outage,
  AADSTS90055: {
    kind: "unavailable",
    cause: "Entra is throttling the requests of tenant {tenant}",
    actor: "nobody",
    retryable: true,
  },
  AADSTS50196: {
    kind: "unavailable",
    cause: "Entra received too many token requests from this client",
    retryable: true,
  },
} as const satisfies CatalogPart;
