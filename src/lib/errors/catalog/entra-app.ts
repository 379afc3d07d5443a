import type { CatalogEntry, CatalogPart } from "./catalog-entry.ts";

const notConsented: CatalogEntry = {
  kind: "auth",
  cause: "{customer} has not consented: the app has no service principal in tenant {tenant}, or the tenant id is wrong",
  actor: "customer's administrator",
  retryable: true,
};
const disabled: CatalogEntry = {
  kind: "auth",
  cause: "the app or its service principal is disabled in tenant {tenant}",
  actor: "customer's administrator",
};
const notMultiTenant: CatalogEntry = {
  kind: "auth",
  cause: "the app registration does not allow this tenant: it is not multi-tenant, or it restricts its tenants",
  actor: "provider's administrator",
};

const credential = (cause: string): CatalogEntry => ({ kind: "auth", cause, actor: "provider's administrator" });
const federationMismatch = (what: string) =>
  credential(`no federated credential of the app matches the ${what} of the client assertion`);
const notManagedIdentity = credential(
  "the client assertion is not a token of a user-assigned managed identity for the federation audience",
);

/** What Entra says about the app and its credential. */
export const entraApp = {
  AADSTS700016: notConsented,
  AADSTS7000229: notConsented,
  AADSTS700011: notConsented,
  AADSTS7000112: disabled,
  AADSTS70001: disabled,
  AADSTS650059: notMultiTenant,
  AADSTS50194: notMultiTenant,
  AADSTS7000215: credential("the client secret is wrong; often the secret's id was stored instead of its value"),
  AADSTS7000222: credential("the client secret has expired"),
  AADSTS700025: credential("the app is registered as a public client, which cannot use a credential"),
  AADSTS700027: credential("the certificate is not on the app registration, or its key does not match"),
  AADSTS700024: {
    kind: "auth",
    cause:
      "the client assertion is expired or not yet valid: the clock of this machine is wrong, or the assertion is old",
  },
  AADSTS700030: credential("the certificate is not valid for this app: its subject or its issuer is not allowed"),
  AADSTS50027: {
    kind: "auth",
    cause: "the client assertion is not a valid token: it is damaged, or it is another file",
  },
  AADSTS70025: credential("the app has no federated credential"),
  AADSTS70021: federationMismatch("issuer, subject or audience"),
  AADSTS700211: federationMismatch("issuer"),
  AADSTS700212: federationMismatch("audience"),
  AADSTS7002121: federationMismatch("audience"),
  AADSTS700213: federationMismatch("subject"),
  AADSTS7002131: federationMismatch("claims"),
  AADSTS7002138: credential(
    "a federated credential of the app matches the subject of the client assertion except for upper and lower case",
  ),
  AADSTS700214: credential("the audience of the federated credential is not the one that Entra requires"),
  AADSTS700223: credential("a policy of the provider's tenant does not allow federated credentials"),
  AADSTS700222: notManagedIdentity,
  AADSTS700226: notManagedIdentity,
  AADSTS700227: notManagedIdentity,
  AADSTS700229: notManagedIdentity,
  AADSTS700231: credential(
    "the client assertion was issued for a federated credential: Entra accepts no chain of them",
  ),
  AADSTS700236: credential("the managed identity is not in the app's own tenant"),
} as const satisfies CatalogPart;
