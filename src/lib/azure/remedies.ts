import type { Actor, FailureKind } from "../failure.ts";

/** What a code of Azure's means for an operator. `{placeholders}` are filled from the place of the failure. */
export type Remedy = {
  readonly kind: FailureKind;
  readonly cause: string;
  readonly actor: Actor;
  readonly next: string;
  readonly retryable?: true;
};

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

const noRight: Remedy = {
  kind: "forbidden",
  cause: "the administrator's account lacks the right",
  actor: "customer's administrator",
  next: "use an Owner, User Access Administrator or Role Based Access Control Administrator of the subscription",
};
const noSuchResource: Remedy = {
  kind: "notFound",
  cause: "there is no such resource, or the administrator cannot see it",
  actor: "operator",
  next: "check customers.{customer}.subscriptionId, resourceGroup and namespace in the config",
};

/** Graph's and Resource Manager's codes. */
export const controlPlaneRemedies: Readonly<Record<string, Remedy>> = {
  Authorization_RequestDenied: {
    kind: "forbidden",
    cause: "the administrator may not create service principals in tenant {tenant}",
    actor: "customer's administrator",
    next: "use a Cloud Application Administrator with Application.ReadWrite.All, or the link of: xtenant onboard {customer} --url",
  },
  Request_ResourceNotFound: { ...noSuchResource, cause: "the directory of tenant {tenant} has no such object" },
  InvalidAuthenticationToken: {
    ...noRight,
    kind: "auth",
    cause: "the service does not accept the administrator's token",
  },
  InvalidAuthenticationTokenTenant: {
    kind: "auth",
    cause: "the administrator's token is of another tenant than the subscription",
    actor: "operator",
    next: "sign in to the Customer's tenant: az login --tenant {tenant}",
  },
  AuthorizationFailed: noRight,
  LinkedAuthorizationFailed: noRight,
  PrincipalNotFound: {
    kind: "unavailable",
    cause: "the service principal has not reached the role service yet",
    actor: "nobody",
    next: "repeat in a minute: xtenant grant {customer}",
    retryable: true,
  },
  RoleAssignmentUpdateNotPermitted: {
    kind: "conflict",
    cause: "an assignment of that name exists with other properties",
    actor: "customer's administrator",
    next: "remove that assignment, then: xtenant grant {customer}",
  },
  RoleAssignmentLimitExceeded: {
    kind: "conflict",
    cause: "the subscription has as many role assignments as it may",
    actor: "customer's administrator",
    next: "remove assignments that are no longer used",
  },
  SubscriptionNotFound: noSuchResource,
  ResourceGroupNotFound: noSuchResource,
  ResourceNotFound: noSuchResource,
};

/** Service Bus: the SDK's `ServiceBusError.code`; the two refusals that hide behind UnauthorizedAccess have names of their own. */
export const serviceBusRemedies: Readonly<Record<string, Remedy>> = {
  UnauthorizedAccess: {
    kind: "forbidden",
    cause:
      "the app has no {claim} claim there: {customer} has not granted the role, it is not effective yet, or the queue's name is wrong",
    actor: "customer's administrator",
    next: "xtenant grant {customer} --wait (a new role takes up to 10 minutes)",
    retryable: true,
  },
  InvalidIssuer: {
    kind: "auth",
    cause: "namespace {namespace} does not belong to tenant {tenant}",
    actor: "operator",
    next: "correct tenantId or namespace of customers.{customer} in the config",
  },
  IpNotAllowed: {
    kind: "forbidden",
    cause: "the firewall of {namespace} does not admit this machine's address",
    actor: "customer's administrator",
    next: "ask {customer} to admit the address, or use a private endpoint",
  },
  MessagingEntityNotFound: {
    kind: "notFound",
    cause: "{namespace} has no such queue, or no such namespace exists",
    actor: "operator",
    next: "check namespace and queue names of customers.{customer} in the config",
  },
  MessagingEntityDisabled: {
    kind: "conflict",
    cause: "the queue is disabled",
    actor: "customer's administrator",
    next: "ask {customer} to enable the queue",
  },
  MessageSizeExceeded: {
    kind: "usage",
    cause: "the message is larger than the queue accepts",
    actor: "operator",
    next: "send a smaller body, or a reference to where the content is",
  },
  QuotaExceeded: {
    kind: "unavailable",
    cause: "the queue is full (dead letters count too)",
    actor: "customer's administrator",
    next: "ask {customer} to drain the queue",
  },
  ServiceBusy: {
    kind: "unavailable",
    cause: "the namespace throttles",
    actor: "nobody",
    next: "wait at least 10 seconds, then repeat",
    retryable: true,
  },
  ServiceTimeout: {
    kind: "unavailable",
    cause: "the service did not answer in time; whether a message was accepted is unknown",
    actor: "operator",
    next: "repeat with the same --message-id",
    retryable: true,
  },
  ServiceCommunicationProblem: {
    kind: "unavailable",
    cause: "the connection broke; whether a message was accepted is unknown",
    actor: "operator",
    next: "repeat with the same --message-id",
    retryable: true,
  },
  MessageLockLost: {
    kind: "unavailable",
    cause: "the lock on the message ended before it was settled; it will be delivered again",
    actor: "nobody",
    next: "nothing; expect the message once more",
    retryable: true,
  },
  GeneralError: {
    kind: "unavailable",
    cause: "{namespace} cannot be reached (name, network, private endpoint, or port 5671 blocked)",
    actor: "operator",
    next: "check the namespace's name and that this machine may reach it on port 5671",
    retryable: true,
  },
};
