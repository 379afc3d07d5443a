import { providerUseOf } from "../azure/credentials/credential-registry.ts";
import { type AppCredential, daysUntil } from "../domain/app-registration.ts";
import { type CredentialFingerprint, mayAccept } from "../domain/credential-fingerprint.ts";
import { expectedFailure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** A credential of the app as data. `daysLeft` is missing when the credential has no end. */
export type CredentialRecord = {
  readonly kind: AppCredential["kind"];
  readonly id: string;
  readonly name: string;
  /** Whether the config uses this credential; absent when this machine cannot determine it. */
  readonly inUse?: boolean;
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string;
  readonly thumbprint?: string;
  readonly endsAt?: string;
  readonly daysLeft?: number;
};

/** Compares as far as this machine can. For example, a managed identity's token is available only on its own machine. */
export type CurrentFingerprint =
  | CredentialFingerprint
  | { readonly kind: CredentialFingerprint["kind"]; readonly unknown: true }
  | undefined;

/** The proof that the config's credential presents to Entra; undefined when the config names no credential. */
export async function readCurrentFingerprint({ azure, config, log }: UseCaseContext): Promise<CurrentFingerprint> {
  const { credential } = (await config.read()).provider;
  if (credential === undefined) return undefined;
  return azure.fingerprint().catch((error: unknown) => {
    log.info(`cannot determine which credential the config uses: ${expectedFailure(error).message}`);
    return { kind: providerUseOf(credential).proof, unknown: true as const };
  });
}

function isInUse(credential: AppCredential, proof: CurrentFingerprint): boolean | undefined {
  if (proof === undefined || credential.kind !== proof.kind) return false;
  return "unknown" in proof ? undefined : mayAccept(credential, proof);
}

export function credentialRecord(credential: AppCredential, proof: CurrentFingerprint, now: Date): CredentialRecord {
  const { kind, id, name } = credential;
  const inUse = isInUse(credential, proof);
  if (credential.kind === "federated") {
    const { issuer, subject, audience } = credential;
    return { kind, id, name, inUse, issuer, subject, audience };
  }
  const { endsAt } = credential;
  const end = { endsAt: endsAt.toISOString(), daysLeft: daysUntil(endsAt, now) };
  return credential.kind === "certificate"
    ? { kind, id, name, inUse, thumbprint: credential.thumbprint, ...end }
    : { kind, id, name, inUse, ...end };
}
