import type { AppCredential, Assertion } from "./app-registration.ts";

/** What distinguishes one credential of the provider from another. It is never the secret. */
export type CredentialFingerprint =
  | ({ readonly kind: "federated" } & Assertion)
  | { readonly kind: "certificate"; readonly thumbprint: string; readonly endsAt: Date }
  | { readonly kind: "secret"; readonly hint: string };

/**
 * Whether a credential of the registration can accept this proof. A secret is known by its first characters only. The audience
 * of a federated proof says nothing: Entra's own tokens have a GUID there, and the credential has `api://AzureADTokenExchange`.
 * Entra accepts one credential only for an issuer and subject.
 */
export function mayAccept(credential: AppCredential, proof: CredentialFingerprint): boolean {
  if (credential.kind === "federated")
    return proof.kind === "federated" && credential.issuer === proof.issuer && credential.subject === proof.subject;
  if (credential.kind === "certificate")
    return proof.kind === "certificate" && credential.thumbprint === proof.thumbprint;
  return proof.kind === "secret" && proof.hint === credential.hint;
}
