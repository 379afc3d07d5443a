import type { CatalogPart } from "./catalog-entry.ts";

/** The credential that this machine uses, and the tokens that it gives. */
export const credentials = {
  CredentialMissing: { kind: "auth", cause: "the config has no credential for the provider's app" },
  ResponderMissing: {
    kind: "auth",
    cause: "the config has no responder for {customer}",
    actor: "customer's administrator",
  },
  SecretMissing: { kind: "auth", cause: "the environment variable with the client secret is not set" },
  SecretUnreadable: { kind: "auth", cause: "the file with the credential cannot be read" },
  SecretEmpty: { kind: "auth", cause: "the file with the client secret is empty" },
  EnvironmentCredentialMissing: { kind: "auth", cause: "the environment has no complete credential" },
  CertificateUnusable: { kind: "usage", cause: "the certificate file cannot be used" },
  NoAssertion: { kind: "auth", cause: "the CI service gave no OpenID Connect token" },
  PipelineAddressUntrusted: { kind: "auth", cause: "the token URL of the CI job is not an address of the CI service" },
  ManagedIdentityUnavailable: {
    kind: "auth",
    cause:
      "this machine has no managed identity: it is not in Azure, or the identity of the config is not assigned to it",
  },
  ResponderIdentityUnavailable: {
    kind: "auth",
    cause: "this machine has no managed identity, which the config names as the responder",
    actor: "customer's administrator",
  },
  NoToken: { kind: "auth", cause: "the credential gave no token" },
  TokenMismatch: { kind: "auth", cause: "the token is for another app, tenant or audience" },
  NoServicePrincipal: {
    kind: "auth",
    cause: "the token has no oid claim: the app has no service principal in this tenant",
    actor: "customer's administrator",
  },
  SignInNeeded: { kind: "auth", cause: "the customer's administrator must sign in", actor: "customer's administrator" },
  NoTenant: { kind: "auth", cause: "no tenant was found for the domain" },
  SubscriptionOfOtherTenant: { kind: "auth", cause: "the subscription belongs to another tenant" },
} as const satisfies CatalogPart;
