import { randomBytes } from "node:crypto";
import { dirname, join, relative } from "node:path";
import type { ProviderCredential } from "../config/config.ts";
import type { ConfigDocument } from "../config/config-schema.ts";
import { readCertificate } from "../config/files/certificate-file.ts";
import { fileExists } from "../config/files/file-exists.ts";
import { writeFileAtomically } from "../config/files/write-file-atomically.ts";
import type { AppRegistration } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { AppRegistrations } from "../ports/azure-services.ts";

/** What can be made here: a key with its certificate, or a secret that Entra makes. */
export type CredentialFileKind = "certificate" | "secret";

/** One that ends, and the file that holds it. */
export type CredentialFile = {
  readonly kind: CredentialFileKind;
  /** Its name on the registration. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly endsAt: Date;
};

const dayMilliseconds = 86_400_000;

/** Half a year for a key that never leaves the machine; a secret, which Entra has seen, for half of that. */
export const defaultDays = { certificate: 180, secret: 90 } as const;

export const expiryAfter = (days: number, now: Date): Date => new Date(now.getTime() + days * dayMilliseconds);

/** A name that no other has, with the day in it for whoever reads the list. */
export const newCredentialName = (now: Date): string =>
  `xtenant-${now.toISOString().slice(0, 10)}-${randomBytes(2).toString("hex")}`;

/** Beside the config, as it is named. */
export const credentialFilePath = (configFile: string, kind: CredentialFileKind, name: string): string =>
  join(dirname(configFile), `${name}.${kind === "certificate" ? "pem" : "secret"}`);

/** Makes key and certificate in a file of 0600. Throws Failure "conflict" where a file is. */
export async function writeCertificate({ file, name, endsAt }: CredentialFile): Promise<void> {
  await refuseExisting(file);
  const { createCertificate: makeCertificate } = await import("./create-certificate.ts");
  await writeFileAtomically(file, await makeCertificate(name, endsAt), 0o600);
}

/** Puts the public part on the registration, unless it is there. */
export async function registerCertificate(
  registrations: AppRegistrations,
  app: AppRegistration,
  { file, name }: Pick<CredentialFile, "file" | "name">,
): Promise<"created" | "existing"> {
  const { der, thumbprint } = await readCertificate(file);
  if (app.credentials.some((one) => one.kind === "certificate" && one.thumbprint === thumbprint)) return "existing";
  await registrations.addCertificate(app, { name, der });
  return "created";
}

/** Has Entra make a secret, and keeps it in a file of 0600. Earlier ones of this name, whose value is lost, are removed. */
export async function writeSecret(
  registrations: AppRegistrations,
  app: AppRegistration,
  { file, name, endsAt }: CredentialFile,
): Promise<void> {
  await refuseExisting(file);
  for (const lost of app.credentials.filter((one) => one.kind === "secret" && one.name === name))
    await registrations.removeCredential(app, lost);
  const secret = await registrations.addSecret(app, { name, endsAt });
  await writeFileAtomically(file, `${secret}\n`, 0o600);
}

/** How the config refers to it, relative to its own file. */
export function credentialIn(configFile: string, { kind, file }: Pick<CredentialFile, "kind" | "file">) {
  const path = relative(dirname(configFile), file);
  return kind === "certificate" ? { kind, certificateFile: path } : { kind, secretFile: path };
}

/** The same as the tool reads it. */
export const credentialOf = ({ kind, file }: Pick<CredentialFile, "kind" | "file">): ProviderCredential =>
  kind === "certificate" ? { kind, certificateFile: file } : { kind, secretFile: file };

export const withCredential = (
  document: ConfigDocument,
  credential: NonNullable<ConfigDocument["provider"]["credential"]>,
): ConfigDocument => ({ ...document, provider: { ...document.provider, credential } });

async function refuseExisting(file: string): Promise<void> {
  if (await fileExists(file)) throw new Failure("FileExists", `${file} exists`, { params: { file } });
}
