import { readCertificate } from "../../config/files/certificate-file.ts";
import { readTextFile } from "../../config/files/read-file.ts";
import { systemErrorText } from "../../domain/system-error.ts";
import { Failure } from "../../errors/failure.ts";

/** Where secret text is kept: the config refers to it and never holds it. */
type SecretSource = { readonly secretFile: string } | { readonly secretEnv: string };

/** Reads the secret that the config refers to. It is passed to a credential only, and never printed or logged. */
export async function readSecret(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if ("secretFile" in source) return readCredentialFile(source.secretFile);
  const secret = env[source.secretEnv];
  if (!secret)
    throw new Failure("SecretMissing", `the environment variable ${source.secretEnv} contains no secret`, {
      params: { variable: source.secretEnv },
    });
  return secret;
}

/** The text of a file with a secret, key or assertion, without the line feed that editors add. */
export async function readCredentialFile(file: string): Promise<string> {
  const text = await readTextFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("SecretUnreadable", `cannot read ${file}: ${systemErrorText(cause)}`, {
      params: { file },
      cause,
    });
  });
  if (text.trim() === "") throw new Failure("SecretEmpty", `${file} is empty`, { params: { file } });
  return text.trim();
}

/** The text of a PEM file whose certificate and key the identity library can use; its own errors do not name the file. */
export async function readUsableCertificate(file: string): Promise<string> {
  const text = await readCredentialFile(file);
  await readCertificate(file);
  return text;
}
