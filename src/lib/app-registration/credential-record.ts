import { providerUseOf } from "../azure/credentials/credential-registry.ts";
import { type AppCredential, daysUntil } from "../domain/app-registration.ts";
import { type CredentialFingerprint, mayAccept } from "../domain/credential-fingerprint.ts";
import { expectedFailure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** A credential of the app as data; `daysLeft` is missing where there is no end. */
export type CredentialRecord = {
  readonly kind: AppCredential["kind"];
  readonly id: string;
  readonly name: string;
  /** Whether the config's credential is this one; absent where that is not known here. */
  readonly inUse?: boolean;
  readonly issuer?: string;
  readonly subject?: string;
  readonly audience?: string;
  readonly thumbprint?: string;
  readonly endsAt?: string;
  readonly daysLeft?: number;
};

/** As much as can be told from here: a managed identity's token, say, is to be had on its own machine only. */
export type CurrentFingerprint =
  | CredentialFingerprint
  | { readonly kind: CredentialFingerprint["kind"]; readonly unknown: true }
  | undefined;

/** What the config's credential shows to Entra; undefined when it names none. */
export async function readCurrentFingerprint({ azure, config, log }: UseCaseContext): Promise<CurrentFingerprint> {
  const { credential } = (await config.read()).provider;
  if (credential === undefined) return undefined;
  return azure.fingerprint().catch((error: unknown) => {
    log.info(`cannot tell which credential the config uses: ${expectedFailure(error).message}`);
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
