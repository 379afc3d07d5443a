import { readFile } from "node:fs/promises";
import { Failure } from "../../errors/failure.ts";

/** Where secret text is kept: the config refers to it and never holds it. */
type SecretSource = { readonly secretFile: string } | { readonly secretEnv: string };

/** Reads secret text from where the config points. The text goes into a credential and nowhere else. */
export async function readSecret(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if ("secretFile" in source) return readCredentialFile(source.secretFile);
  const secret = env[source.secretEnv];
  if (!secret)
    throw new Failure("auth", `the environment variable ${source.secretEnv} holds no secret`, {
      code: "SecretMissing",
      hint: `set ${source.secretEnv}, or use a credential without a secret`,
    });
  return secret;
}

/** A secret, key or assertion file as text, without the line feed that editors add. */
export async function readCredentialFile(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("auth", `cannot read ${file}: ${cause.code ?? cause.message}`, {
      code: "SecretMissing",
      hint: "check the path in the config, and who may read the file",
      cause,
    });
  });
  if (text.trim() === "")
    throw new Failure("auth", `${file} is empty`, {
      code: "SecretMissing",
      hint: "write it anew: xtenant app credential add",
    });
  return text.trim();
}
