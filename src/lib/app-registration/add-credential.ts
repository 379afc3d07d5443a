import { readCertificate } from "../config/files/certificate-file.ts";
import type { FederatedTrust } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";
import {
  type CredentialFile,
  credentialIn,
  registerCertificate,
  withCredential,
  writeCertificate,
  writeSecret,
} from "./credential-file.ts";
import type { ProviderApp } from "./provider-app.ts";

/** The limit that Entra sets for one app (resource type federatedIdentityCredential). */
const trustsAtMost = 20;

/** Adds trust in a subject of an issuer. If the same subject is trusted already, under any name, nothing is added. */
export async function addFederatedCredential(
  { log }: Pick<UseCaseContext, "log">,
  { registrations, app }: ProviderApp,
  trust: FederatedTrust,
  { dryRun } = { dryRun: false },
) {
  const { issuer, subject, audience, name } = trust;
  const trusts = app.credentials.filter((one) => one.kind === "federated");
  const same = trusts.find((one) => one.issuer === issuer && one.subject === subject);
  const shown = { kind: "federated" as const, issuer, subject, audience, usedByConfig: false };
  if (same && same.audience === audience) return { ...shown, outcome: "existing" as const, name: same.name };
  if (same || trusts.some((one) => one.name === name))
    throw new Failure(
      same ? "CredentialExists" : "CredentialNameTaken",
      same
        ? `'${same.name}' trusts this subject for audience ${same.audience}`
        : `there is another credential '${name}'`,
      { params: { name: same?.name ?? name } },
    );
  if (trusts.length >= trustsAtMost)
    throw new Failure("TooManyCredentials", `the app has ${trusts.length} federated credentials, the maximum in Entra`);
  if (dryRun) return { ...shown, outcome: "would-create" as const, name };
  await registrations.trust(app, trust);
  if (/^repo:[^@]+$/.test(subject))
    log.info(
      "repositories created, renamed or moved since July 2026 have GitHub's ids in their subject. If Entra reports AADSTS700213, add --repo owner@id/name@id (gh api repos/<owner>/<name>/actions/oidc/customization/sub)",
    );
  return { ...shown, outcome: "created" as const, name };
}

type WantedCredential = CredentialFile & { readonly isAdopted: boolean; readonly use: boolean };

/** Adds a certificate or a secret. Its file is written before the config refers to it. */
export async function addCredentialFile(
  context: UseCaseContext,
  { config, registrations, app }: ProviderApp,
  { isAdopted, use, ...material }: WantedCredential,
) {
  const { kind, name, file } = material;
  if (!isAdopted && app.credentials.some((one) => one.name === name))
    throw new Failure("CredentialNameTaken", `there is another credential '${name}'`, { params: { name } });
  if (kind === "certificate" && !isAdopted) await writeCertificate(material);
  const outcome =
    kind === "certificate" ? await registerCertificate(registrations, app, material) : ("created" as const);
  if (kind === "secret") await writeSecret(registrations, app, material);
  if (use && config.provider.credential)
    context.log.info(
      "the config used another credential, and Entra needs minutes to know a new one everywhere: `app credential rotate` waits for that",
    );
  if (use) await context.config.change((document) => withCredential(document, credentialIn(config.file, material)));
  const endsAt = kind === "certificate" ? (await readCertificate(file)).endsAt : material.endsAt;
  return { kind, outcome, name, file, endsAt: endsAt.toISOString(), usedByConfig: use };
}
