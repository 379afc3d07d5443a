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

/** The kinds that the tool can create: a key with its certificate, or a secret that Entra generates. */
export type CredentialFileKind = "certificate" | "secret";

/** A credential with an end, and the file that holds it. */
export type CredentialFile = {
  readonly kind: CredentialFileKind;
  /** Its name on the registration. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly endsAt: Date;
};

const dayMilliseconds = 86_400_000;

/** A key never leaves the machine, so it is valid for half a year. Entra has seen a secret, so it is valid for half of that. */
export const defaultDays = { certificate: 180, secret: 90 } as const;

export const expiryAfter = (days: number, now: Date): Date => new Date(now.getTime() + days * dayMilliseconds);

/** A unique name that contains the date, for people who read the list. */
export const newCredentialName = (now: Date): string =>
  `xtenant-${now.toISOString().slice(0, 10)}-${randomBytes(2).toString("hex")}`;

/** The file is in the config's folder and has the credential's name. */
export const credentialFilePath = (configFile: string, kind: CredentialFileKind, name: string): string =>
  join(dirname(configFile), `${name}.${kind === "certificate" ? "pem" : "secret"}`);

/** Creates a key and certificate in a file with mode 0600. Throws Failure "conflict" when the file exists. */
export async function writeCertificate({ file, name, endsAt }: CredentialFile): Promise<void> {
  await refuseExisting(file);
  const { createCertificate: makeCertificate } = await import("./create-certificate.ts");
  await writeFileAtomically(file, await makeCertificate(name, endsAt), 0o600);
}

/** Adds the public part to the registration, unless the registration has it. Graph takes no certificate that has expired. */
export async function registerCertificate(
  registrations: AppRegistrations,
  app: AppRegistration,
  { file, name }: Pick<CredentialFile, "file" | "name">,
): Promise<"created" | "existing"> {
  const { der, thumbprint, endsAt } = await readCertificate(file);
  if (app.credentials.some((one) => one.kind === "certificate" && one.thumbprint === thumbprint)) return "existing";
  if (endsAt <= new Date())
    throw new Failure("CertificateUnusable", `cannot use ${file}: it expired at ${endsAt.toISOString()}`, {
      params: { file },
    });
  await registrations.addCertificate(app, { name, der });
  return "created";
}

/** Has Entra create a secret, and stores it in a file with mode 0600. Removes earlier secrets with this name, because their values are lost. */
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

/** How the config refers to the credential, relative to its own file. */
export function credentialIn(configFile: string, { kind, file }: Pick<CredentialFile, "kind" | "file">) {
  const path = relative(dirname(configFile), file);
  return kind === "certificate" ? { kind, certificateFile: path } : { kind, secretFile: path };
}

/** The credential with its absolute path, as the tool reads it. */
export const credentialOf = ({ kind, file }: Pick<CredentialFile, "kind" | "file">): ProviderCredential =>
  kind === "certificate" ? { kind, certificateFile: file } : { kind, secretFile: file };

export const withCredential = (
  document: ConfigDocument,
  credential: NonNullable<ConfigDocument["provider"]["credential"]>,
): ConfigDocument => ({ ...document, provider: { ...document.provider, credential } });

async function refuseExisting(file: string): Promise<void> {
  if (await fileExists(file)) throw new Failure("FileExists", `${file} exists`, { params: { file } });
}
