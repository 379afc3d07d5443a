import type { AppCredential, Assertion } from "./app-registration.ts";

/** What a credential of the Provider's shows to Entra, as far as it tells one from another; never the secret itself. */
export type CredentialFingerprint =
  | ({ readonly kind: "federated" } & Assertion)
  | { readonly kind: "certificate"; readonly thumbprint: string; readonly endsAt: Date }
  | { readonly kind: "secret"; readonly hint: string };

/** Whether a credential of the registration may be what accepts this proof. A secret is known by its beginning only. */
export function mayAccept(credential: AppCredential, proof: CredentialFingerprint): boolean {
  if (credential.kind === "federated")
    return (
      proof.kind === "federated" &&
      credential.issuer === proof.issuer &&
      credential.subject === proof.subject &&
      credential.audience === proof.audience
    );
  if (credential.kind === "certificate")
    return proof.kind === "certificate" && credential.thumbprint === proof.thumbprint;
  return proof.kind === "secret" && proof.hint === credential.hint;
}
