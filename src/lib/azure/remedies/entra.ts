import type { Remedy } from "./remedy.ts";

const notConsented: Remedy = {
  kind: "auth",
  cause:
    "{customer} has not consented: its tenant {tenant} does not know the Provider's app, or the tenant id is wrong",
  actor: "customer's administrator",
  next: "xtenant onboard {customer} (consented just now? it takes up to a few minutes)",
  retryable: true,
};
const federationMismatch = (cause: string): Remedy => ({
  kind: "auth",
  cause,
  actor: "provider's administrator",
  next: "compare the federated credential of the app registration with the value in the message; just created? wait 5 minutes",
});
const consentByAdministrator: Remedy = {
  kind: "auth",
  cause: "this user may not consent for the tenant",
  actor: "customer's administrator",
  next: "ask a Cloud Application Administrator of the Customer to open the link of: xtenant onboard {customer} --url",
};
const blockedByPolicy: Remedy = {
  kind: "auth",
  cause: "a sign-in policy of the tenant blocks this person or device",
  actor: "customer's administrator",
  next: "sign in with an account and device that the tenant's policies allow",
};

/** Entra's numbers (Microsoft identity platform error codes). They may change: used for words, never for control flow. */
export const entraRemedies: Readonly<Record<string, Remedy>> = {
  AADSTS700016: notConsented,
  AADSTS7000229: notConsented,
  AADSTS700011: notConsented,
  AADSTS7000112: {
    kind: "auth",
    cause: "the app or its service principal is disabled in tenant {tenant}",
    actor: "customer's administrator",
    next: "ask {customer} to enable it again, or: xtenant customers remove {customer}",
  },
  AADSTS650059: {
    kind: "auth",
    cause: "the app registration does not admit this tenant (it is not multi-tenant, or restricts its tenants)",
    actor: "provider's administrator",
    next: "set the app's signInAudience to AzureADMultipleOrgs",
  },
  AADSTS50194: {
    kind: "auth",
    cause: "the app registration is not multi-tenant",
    actor: "provider's administrator",
    next: "set the app's signInAudience to AzureADMultipleOrgs",
  },
  AADSTS7000215: {
    kind: "auth",
    cause: "the client secret is wrong (often the secret's id was stored instead of its value)",
    actor: "operator",
    next: "store the secret's value where the config's credential points",
  },
  AADSTS7000222: {
    kind: "auth",
    cause: "the client secret has expired",
    actor: "provider's administrator",
    next: "create a new one, or better a federated credential, and point the config to it",
  },
  AADSTS700027: {
    kind: "auth",
    cause: "the certificate is not on the app registration, or its key does not match",
    actor: "provider's administrator",
    next: "upload the certificate's public part to the app registration",
  },
  AADSTS700024: {
    kind: "auth",
    cause: "the assertion is outside its validity: this machine's clock is wrong, or the assertion is old",
    actor: "operator",
    next: "set the clock, or renew the assertion file",
  },
  AADSTS70021: federationMismatch("no federated credential of the app matches the assertion"),
  AADSTS700211: federationMismatch("no federated credential of the app has the assertion's issuer"),
  AADSTS700212: federationMismatch("no federated credential of the app has the assertion's audience"),
  AADSTS700213: federationMismatch("no federated credential of the app has the assertion's subject"),
  AADSTS700236: {
    kind: "auth",
    cause: "the managed identity is not in the app's own tenant",
    actor: "provider's administrator",
    next: "use a user-assigned managed identity of the Provider's tenant",
  },
  AADSTS90002: {
    kind: "auth",
    cause: "there is no tenant {tenant} in this cloud",
    actor: "operator",
    next: "check the tenant id of {customer} and the config's cloud",
  },
  AADSTS900382: {
    kind: "auth",
    cause: "the tenant is in another cloud",
    actor: "operator",
    next: "use a config for that cloud, with an app registered there",
  },
  AADSTS50020: {
    kind: "auth",
    cause: "the account that signed in does not belong to tenant {tenant}",
    actor: "operator",
    next: "sign in with an account of that tenant",
  },
  AADSTS50011: {
    kind: "usage",
    cause: "the redirect address is not registered on the app",
    actor: "provider's administrator",
    next: "register the config's provider.consentRedirectUri on the app",
  },
  AADSTS65001: consentByAdministrator,
  AADSTS65004: { ...consentByAdministrator, cause: "consent was declined" },
  AADSTS90094: consentByAdministrator,
  AADSTS500011: {
    kind: "auth",
    cause: "tenant {tenant} has no such resource: no subscription with Service Bus, or the wrong tenant",
    actor: "customer's administrator",
    next: "register the Microsoft.ServiceBus provider in a subscription of that tenant",
  },
  AADSTS53003: blockedByPolicy,
  AADSTS50076: blockedByPolicy,
  AADSTS50079: blockedByPolicy,
  AADSTS50196: {
    kind: "unavailable",
    cause: "Entra sees too many token requests from this client",
    actor: "operator",
    next: "wait a few minutes and ask less often",
    retryable: true,
  },
};
