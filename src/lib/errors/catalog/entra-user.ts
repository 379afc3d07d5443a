import type { CatalogEntry } from "./catalog-entry.ts";

const wrongAccount: CatalogEntry = {
  kind: "auth",
  cause: "the account that signed in does not belong to tenant {tenant}",
  actor: "operator",
  next: "sign in with an account of that tenant: az login --tenant {tenant}",
};
const consentByAdministrator: CatalogEntry = {
  kind: "auth",
  cause: "this user may not consent for the tenant",
  actor: "customer's administrator",
  next: "ask a Cloud Application Administrator of the Customer to open the link of: xtenant onboard {customer} --url",
};
const riskyApp: CatalogEntry = {
  ...consentByAdministrator,
  cause: "Entra takes the app for risky (its publisher is not verified): only an administrator may admit it",
};
const blockedByPolicy: CatalogEntry = {
  kind: "auth",
  cause: "a sign-in policy of the tenant blocks this person or device",
  actor: "customer's administrator",
  next: "sign in with an account and device that the tenant's policies allow",
};
const blockedBetweenTenants: CatalogEntry = {
  ...blockedByPolicy,
  cause: "a cross-tenant access policy or tenant restriction blocks the sign-in",
  next: "ask the administrators of both tenants to allow it, or use an account of tenant {tenant}",
};

/** What Entra says to people: who signs in, who may consent. None of it concerns the app's own tokens. */
export const entraPersonRemedies: Readonly<Record<string, CatalogEntry>> = {
  AADSTS50020: wrongAccount,
  AADSTS16000: wrongAccount,
  AADSTS50034: wrongAccount,
  AADSTS51004: wrongAccount,
  AADSTS90072: wrongAccount,
  AADSTS50105: {
    ...wrongAccount,
    actor: "customer's administrator",
    cause: "the app wants users to be assigned, and this one is not",
    next: "assign the user to the enterprise application, or switch 'assignment required' off",
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
};
