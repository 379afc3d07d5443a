import type { CatalogEntry } from "./catalog-entry.ts";

const noRight: CatalogEntry = {
  kind: "forbidden",
  cause: "the administrator's account lacks the right",
  actor: "customer's administrator",
  next: "use an Owner, User Access Administrator or Role Based Access Control Administrator of the subscription",
};
const noSuchResource: CatalogEntry = {
  kind: "notFound",
  cause: "there is no such resource, or the administrator cannot see it",
  actor: "operator",
  next: "check customers.{customer}.subscriptionId, resourceGroup and namespace in the config",
};

/** Graph's and Resource Manager's codes; the refusal by a condition, which hides behind AuthorizationFailed, has a name of its own. */
export const controlPlaneRemedies: Readonly<Record<string, CatalogEntry>> = {
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
    cause: "the subscription belongs to another tenant than {tenant}, whose token was presented",
    actor: "operator",
    next: "check customers.{customer}.subscriptionId in the config; with az: az login --tenant {tenant}",
  },
  AuthorizationFailed: noRight,
  ConditionNotFulfilled: {
    kind: "forbidden",
    cause:
      "the administrator may assign only the roles, principals and places that a condition on their own role names",
    actor: "customer's administrator",
    next: "compare that condition with the role above (made by --emit delegation: use --least-privilege), or ask an Owner",
  },
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
  Request_BadRequest: {
    kind: "unavailable",
    cause: "the directory does not know the app yet, or the request is wrong",
    actor: "operator",
    next: "repeat in a minute; if it stays, check provider.clientId in the config",
    retryable: true,
  },
  Request_MultipleObjectsWithSameKeyValue: {
    kind: "conflict",
    cause: "the object exists already",
    actor: "nobody",
    next: "nothing: xtenant counts it as done",
  },
  RoleAssignmentExists: {
    kind: "conflict",
    cause: "the role is assigned already",
    actor: "nobody",
    next: "nothing: xtenant counts it as done",
  },
};
