import type { CatalogEntry } from "./catalog-entry.ts";

const notConsented: CatalogEntry = {
  kind: "auth",
  cause:
    "{customer} has not consented: its tenant {tenant} does not know the Provider's app, or the tenant id is wrong",
  actor: "customer's administrator",
  next: "xtenant onboard {customer} (consented just now? it takes up to a few minutes)",
  retryable: true,
};
const disabled: CatalogEntry = {
  kind: "auth",
  cause: "the app or its service principal is disabled in tenant {tenant}",
  actor: "customer's administrator",
  next: "ask {customer} to enable it again, or: xtenant customers remove {customer}",
};
const notMultiTenant: CatalogEntry = {
  kind: "auth",
  cause: "the app registration does not admit this tenant (it is not multi-tenant, or restricts its tenants)",
  actor: "provider's administrator",
  next: "set the app's signInAudience to AzureADMultipleOrgs",
};

const credential = (cause: string, next: string): CatalogEntry => ({
  kind: "auth",
  cause,
  actor: "provider's administrator",
  next,
});
const federationMismatch = (what: string) =>
  credential(
    `no federated credential of the app has the assertion's ${what}`,
    "compare the federated credential of the app registration with the value in the message; just created? wait 5 minutes",
  );
const notManagedIdentity = credential(
  "only the token of a user-assigned managed identity, made for the federation audience, is accepted as an assertion",
  "use a user-assigned managed identity of the Provider's tenant as the app's federated credential",
);
const badAssertion = credential(
  "the assertion is outside its validity: this machine's clock is wrong, or the assertion is old",
  "set the clock, or renew the assertion file",
);

/** What Entra says of the app, and of how it proves itself. */
export const entraAppRemedies: Readonly<Record<string, CatalogEntry>> = {
  AADSTS700016: notConsented,
  AADSTS7000229: notConsented,
  AADSTS700011: notConsented,
  AADSTS7000112: disabled,
  AADSTS70001: disabled,
  AADSTS650059: notMultiTenant,
  AADSTS50194: notMultiTenant,
  AADSTS7000215: credential(
    "the client secret is wrong (often the secret's id was stored instead of its value)",
    "store the secret's value where the config's credential points",
  ),
  AADSTS7000222: credential(
    "the client secret has expired",
    "create a new one, or better a federated credential, and point the config to it",
  ),
  AADSTS700025: credential(
    "the app is registered as a public client, which may not use a credential",
    "set 'allow public client flows' to no on the app registration",
  ),
  AADSTS700027: credential(
    "the certificate is not on the app registration, or its key does not match",
    "upload the certificate's public part to the app registration",
  ),
  AADSTS700024: { ...badAssertion, actor: "operator" },
  AADSTS70021: federationMismatch("issuer, subject and audience"),
  AADSTS700211: federationMismatch("issuer"),
  AADSTS700212: federationMismatch("audience"),
  AADSTS7002121: federationMismatch("audience"),
  AADSTS700213: federationMismatch("subject"),
  AADSTS7002131: federationMismatch("claims, as its matching expression wants them"),
  AADSTS700222: notManagedIdentity,
  AADSTS700226: notManagedIdentity,
  AADSTS700227: notManagedIdentity,
  AADSTS700229: notManagedIdentity,
  AADSTS700236: credential(
    "the managed identity is not in the app's own tenant",
    "use a user-assigned managed identity of the Provider's tenant",
  ),
};
