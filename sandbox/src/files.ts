import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClientCertificate } from "./certificates/client-certificate.ts";
import { configDocument } from "./config-document.ts";
import type { Application } from "./model.ts";
import type { Seed } from "./seed/seed.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

export type FileInputs = {
  readonly seed: Seed;
  readonly port: number;
  /** PEM of the authority that the server's certificate is under. */
  readonly ca: string;
  readonly certificate: ClientCertificate;
  /** The workload identity's assertion, a JWT. */
  readonly assertion: string;
  /** What a job of the sandbox's GitHub shows to get its token. */
  readonly jobToken: string;
  /** What opens `/control`. */
  readonly controlKey: string;
};

/** Writes the authority, the secrets, and last the config that refers to them; resolves to the config's path. */
export async function writeFiles(directory: string, inputs: FileInputs): Promise<string> {
  const secrets = join(directory, "secrets");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  await chmod(secrets, 0o700); // one that was there may have been open to others
  await writeFileAtomically(join(directory, "ca.pem"), inputs.ca, 0o600);
  for (const [name, secret] of Object.entries(secretFiles(inputs)))
    await writeFileAtomically(join(secrets, name), secret, 0o600);
  const configFile = join(directory, "xtenant.json");
  const document = configDocument(inputs.seed, inputs.port);
  await writeFileAtomically(configFile, `${JSON.stringify(document, undefined, 2)}\n`, 0o600);
  return configFile;
}

const secretFiles = ({ seed, certificate, assertion, jobToken, controlKey }: FileInputs): Record<string, string> => ({
  provider: secretOf(seed.provider.application),
  "provider.pem": `${certificate.certificate}${certificate.privateKey}`,
  "provider.jwt": assertion,
  "github-job": jobToken,
  control: controlKey,
  "contoso-administrator": secretOf(seed.provider.administrator),
  ...Object.fromEntries(
    seed.customers.map(({ name, administrator }) => [`${name}-administrator`, secretOf(administrator)]),
  ),
});

function secretOf({ displayName, passwordCredentials: [credential] }: Application): string {
  if (credential === undefined) throw new Error(`the seed gave ${displayName} no secret`);
  return credential.secret;
}
