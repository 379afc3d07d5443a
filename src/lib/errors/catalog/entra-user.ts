import type { CatalogEntry, CatalogPart } from "./catalog-entry.ts";

const wrongAccount: CatalogEntry = { kind: "auth", cause: "the signed-in account does not belong to tenant {tenant}" };
const consentByAdministrator: CatalogEntry = {
  kind: "auth",
  cause: "this user cannot consent for the tenant",
  actor: "customer's administrator",
};
const riskyApp: CatalogEntry = {
  ...consentByAdministrator,
  cause: "Entra flags the app as risky (unverified publisher): only an administrator can consent",
};
const blockedByPolicy: CatalogEntry = {
  kind: "auth",
  cause: "a sign-in policy of the tenant blocks this user or device",
  actor: "customer's administrator",
};
const blockedBetweenTenants: CatalogEntry = {
  ...blockedByPolicy,
  cause: "a cross-tenant access policy or tenant restriction blocks the sign-in",
};

/** What Entra says to users: who can sign in, who can consent. None of it concerns the app's own tokens. */
export const entraUser = {
  AADSTS50020: wrongAccount,
  AADSTS16000: wrongAccount,
  AADSTS50034: wrongAccount,
  AADSTS51004: wrongAccount,
  AADSTS90072: wrongAccount,
  AADSTS50105: {
    kind: "auth",
    cause: "the app requires that users are assigned, and this user is not",
    actor: "customer's administrator",
  },
  AADSTS50057: {
    ...wrongAccount,
    cause: "the account is disabled in tenant {tenant}",
    actor: "customer's administrator",
  },
  AADSTS90099: {
    ...consentByAdministrator,
    cause: "the app is not authorized in tenant {tenant}, so that a partner's administrator cannot use it there",
  },
  AADSTS650051: {
    kind: "auth",
    cause: "tenant {tenant} already has the service principal of the app, or Entra is still creating it",
    retryable: true,
  },
  AADSTS7000113: { kind: "auth", cause: "an app asked for what only a signed-in person can do" },
  AADSTS500113: {
    kind: "usage",
    cause: "the app registration has no redirect URI",
    actor: "provider's administrator",
  },
  AADSTS65001: consentByAdministrator,
  AADSTS65004: { ...consentByAdministrator, cause: "consent was declined" },
  AADSTS90093: consentByAdministrator,
  AADSTS90094: consentByAdministrator,
  AADSTS90095: consentByAdministrator,
  AADSTS900941: riskyApp,
  AADSTS900981: riskyApp,
  AADSTS53000: blockedByPolicy,
  AADSTS53001: blockedByPolicy,
  AADSTS53002: blockedByPolicy,
  AADSTS53003: blockedByPolicy,
  AADSTS530035: blockedByPolicy,
  AADSTS50131: blockedByPolicy,
  AADSTS50076: blockedByPolicy,
  AADSTS50079: blockedByPolicy,
  AADSTS500021: blockedBetweenTenants,
  AADSTS500022: blockedBetweenTenants,
  AADSTS500212: blockedBetweenTenants,
  AADSTS500213: blockedBetweenTenants,
} as const satisfies CatalogPart;
