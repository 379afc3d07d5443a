import type { CatalogEntry } from "./catalog-entry.ts";

const noSuchTenant: CatalogEntry = {
  kind: "auth",
  cause: "there is no tenant {tenant} in this cloud",
  actor: "operator",
  next: "check the tenant id of {customer} and the config's cloud",
};
const otherCloud: CatalogEntry = {
  kind: "auth",
  cause: "the tenant is in another cloud",
  actor: "operator",
  next: "use a config for that cloud, with an app registered there",
};
const noResource: CatalogEntry = {
  kind: "auth",
  cause: "tenant {tenant} has no such resource: no subscription with Service Bus, or the wrong tenant",
  actor: "customer's administrator",
  next: "register the Microsoft.ServiceBus provider in a subscription of that tenant",
};
const noRedirect: CatalogEntry = {
  kind: "usage",
  cause: "the redirect address is not registered on the app",
  actor: "provider's administrator",
  next: "register the config's provider.consentRedirectUri on the app",
};
const noPermissionListed: CatalogEntry = {
  kind: "usage",
  cause: "the app lists no permission for the resource that was asked for",
  actor: "provider's administrator",
  next: "add openid or User.Read to the app's required permissions, or ask for scope=openid",
};
const malformed: CatalogEntry = {
  kind: "usage",
  cause: "Entra does not understand the request",
  actor: "operator",
  next: "check the config's credential and cloud; if they are right, report it",
};

/** What Entra says of the tenant, of what is in it, and of the request itself. */
export const entraTenantRemedies: Readonly<Record<string, CatalogEntry>> = {
  AADSTS90002: noSuchTenant,
  AADSTS900021: noSuchTenant,
  AADSTS90038: otherCloud,
  AADSTS900382: otherCloud,
  AADSTS900432: otherCloud,
  AADSTS500011: noResource,
  AADSTS650052: noResource,
  AADSTS65005: noResource,
  AADSTS500014: {
    ...noResource,
    cause: "tenant {tenant} has disabled Azure Service Bus itself",
    next: "ask {customer} to enable the Azure Service Bus service principal",
  },
  AADSTS50011: noRedirect,
  AADSTS900971: noRedirect,
  AADSTS650056: noPermissionListed,
  AADSTS650057: noPermissionListed,
  AADSTS90008: noPermissionListed,
  AADSTS500131: { ...malformed, cause: "the assertion was made for another app than the one that presents it" },
  AADSTS900561: {
    ...malformed,
    cause: "a token address was opened in a browser",
    next: "open the consent link again: xtenant onboard {customer} --url",
  },
  AADSTS9002313: malformed,
  AADSTS900144: malformed,
  AADSTS70011: malformed,
  AADSTS50196: {
    kind: "unavailable",
    cause: "Entra sees too many token requests from this client",
    actor: "operator",
    next: "wait a few minutes and ask less often",
    retryable: true,
  },
};
