import type { CatalogPart } from "./catalog-entry.ts";

/** Consent, role assignments, and their removal. */
export const onboarding = {
  ServicePrincipalMissing: {
    kind: "auth",
    cause: "{customer} has not consented: tenant {tenant} has no service principal of the provider's app",
    actor: "customer's administrator",
    retryable: true,
  },
  WrongOwner: { kind: "auth", cause: "the service principal belongs to an app of another tenant" },
  ConsentDeclined: { kind: "auth", cause: "the customer's administrator declined", actor: "customer's administrator" },
  ConsentStateInvalid: {
    kind: "auth",
    cause: "the browser returned with a link of another run, or with a link that was used before",
    actor: "customer's administrator",
  },
  ConsentWrongTenant: {
    kind: "auth",
    cause: "the consent was given in another tenant",
    actor: "customer's administrator",
  },
  BeyondLeastPrivilege: {
    kind: "forbidden",
    cause: "{customer} has granted least privilege, which does not include the {claim} claim on {queue}",
  },
  ResponderRefused: {
    kind: "forbidden",
    cause:
      "{customer}'s responder has no {claim} claim: its role is not assigned, the role is not effective yet, or the queue name is wrong",
    actor: "customer's administrator",
    retryable: true,
  },
  ResponderReadsCommands: {
    kind: "forbidden",
    cause: "{customer}'s responder may not read {queue}: it receives commands, and sends statuses",
  },
  ScheduledOutOfSight: {
    kind: "forbidden",
    cause: "{customer} has granted least privilege, which does not include reading {queue}",
  },
  RoleDrift: {
    kind: "partial",
    cause: "the app has roles that the config does not ask for",
    actor: "customer's administrator",
  },
  TokensStillIssued: {
    kind: "timeout",
    cause: "the customer's tenant still issues tokens for the app",
    actor: "nobody",
    retryable: true,
  },
  OffboardingIncomplete: {
    kind: "partial",
    cause: "not all access could be removed or checked with the rights at hand",
    actor: "customer's administrator",
  },
  ManageClaimMissing: {
    kind: "forbidden",
    cause: "the app has no Manage claim, which reading message counts needs",
    actor: "customer's administrator",
    retryable: true,
  },
} as const satisfies CatalogPart;
