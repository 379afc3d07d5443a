import type { CatalogEntry, CatalogPart } from "./catalog-entry.ts";

const noRight: CatalogEntry = {
  kind: "forbidden",
  cause: "the administrator's account does not have the right",
  actor: "customer's administrator",
};
const noSuchResource: CatalogEntry = {
  kind: "notFound",
  cause: "there is no such resource, or the administrator cannot see it",
};

/**
 * Codes of Microsoft Graph and Azure Resource Manager. A refusal by a condition comes as AuthorizationFailed; it has a
 * code of its own here.
 */
export const controlPlane = {
  Authorization_RequestDenied: {
    kind: "forbidden",
    cause: "the administrator cannot read or create service principals in tenant {tenant}",
    actor: "customer's administrator",
  },
  Request_ResourceNotFound: { kind: "notFound", cause: "the directory of tenant {tenant} has no such object" },
  InvalidAuthenticationToken: {
    kind: "auth",
    cause: "the service does not accept the administrator's token",
    actor: "customer's administrator",
  },
  InvalidAuthenticationTokenTenant: {
    kind: "auth",
    cause: "the token is of tenant {tenant}, but the subscription belongs to another tenant",
  },
  AuthorizationFailed: noRight,
  ConditionNotFulfilled: {
    kind: "forbidden",
    cause: "a condition on the administrator's own role does not allow this role, principal or scope",
    actor: "customer's administrator",
  },
  LinkedAuthorizationFailed: noRight,
  PrincipalNotFound: {
    kind: "unavailable",
    cause: "the new service principal is not replicated to Azure role assignments yet",
    actor: "nobody",
    retryable: true,
  },
  RoleAssignmentUpdateNotPermitted: {
    kind: "conflict",
    cause: "a role assignment with this name exists with other properties",
    actor: "customer's administrator",
  },
  RoleAssignmentLimitExceeded: {
    kind: "conflict",
    cause: "the subscription has reached its limit of role assignments",
    actor: "customer's administrator",
  },
  SubscriptionNotFound: noSuchResource,
  ResourceGroupNotFound: noSuchResource,
  ResourceNotFound: noSuchResource,
  ParentResourceNotFound: noSuchResource,
  Request_BadRequest: {
    kind: "unavailable",
    cause: "the directory does not know the app yet, or the request is wrong",
    retryable: true,
  },
  Request_MultipleObjectsWithSameKeyValue: { kind: "conflict", cause: "the object exists already", actor: "nobody" },
  RoleAssignmentExists: { kind: "conflict", cause: "the role is assigned already", actor: "nobody" },
  ScopeLocked: {
    kind: "conflict",
    cause: "a lock on the resource, its group or its subscription does not allow the change",
    actor: "customer's administrator",
  },
  ReadOnlyDisabledSubscription: {
    kind: "conflict",
    cause: "the subscription is disabled, and nothing in it can be changed",
    actor: "customer's administrator",
  },
  RequestDisallowedByPolicy: {
    kind: "forbidden",
    cause: "an Azure policy does not allow the change",
    actor: "customer's administrator",
  },
  CredentialTypeNotAllowedAsPerAppPolicy: {
    kind: "forbidden",
    cause: "a policy of the tenant does not allow this kind of credential, or its lifetime",
    actor: "provider's administrator",
  },
  DenyAssignmentAuthorizationFailed: {
    kind: "forbidden",
    cause: "a deny assignment does not allow the change, whatever roles the account has",
    actor: "customer's administrator",
  },
  TooManyRequests: {
    kind: "unavailable",
    cause: "the service is throttling requests",
    actor: "nobody",
    retryable: true,
  },
  ServiceUnavailable: { kind: "unavailable", cause: "the service is unavailable", actor: "Microsoft", retryable: true },
} as const satisfies CatalogPart;
