import { readCertificate } from "../../app-registration/certificate-file.ts";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { CredentialFingerprint } from "../../domain/credential-fingerprint.ts";
import type { ProviderCredential } from "../../domain/identity.ts";
import { createCredentialKit, type Surroundings } from "./credential-kit.ts";
import { assertionOf } from "./provider-credential.ts";
import { readSecret } from "./read-secret.ts";
import { claimsOf } from "./token-claims.ts";

/** What this credential shows to Entra; for a federated one a token is asked of its issuer. */
export async function readFingerprint(
  cloud: CloudEndpoints,
  credential: ProviderCredential,
  surroundings: Surroundings,
): Promise<CredentialFingerprint> {
  if (credential.kind === "certificate") {
    const { thumbprint, endsAt } = await readCertificate(credential.certificateFile);
    return { kind: "certificate", thumbprint, endsAt };
  }
  if (credential.kind === "secret")
    return { kind: "secret", hint: (await readSecret(credential, surroundings.env)).slice(0, shownCharacters) };
  const assertion = await assertionOf(await createCredentialKit(cloud, surroundings), credential);
  const { iss, sub, aud } = claimsOf(assertion);
  return { kind: "federated", issuer: String(iss), subject: String(sub), audience: String(aud) };
}

/** Graph's `hint` is as long (resource type passwordCredential). */
const shownCharacters = 3;
