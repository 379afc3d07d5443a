import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Failure } from "../../errors/failure.ts";

/** A certificate in a PEM file. Of the private key, it only says whether the file has it. */
export type CertificateFile = {
  /** Base64 of the DER: the public part. Only this part leaves the machine. */
  readonly der: string;
  readonly thumbprint: string;
  readonly endsAt: Date;
};

/** Reads a PEM file that contains a certificate and its private key. A credential needs both. */
export async function readCertificate(file: string): Promise<CertificateFile> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw unusable(file, cause.code ?? cause.message, cause);
  });
  const certificate = parsed(file, "no certificate", () => new X509Certificate(text));
  const key = parsed(file, "no private key without a passphrase", () => createPrivateKey(text));
  if (!certificate.checkPrivateKey(key)) throw unusable(file, "the private key is not the certificate's");
  // Entra checks assertions signed with RSA only (Entra, certificate credentials).
  if (key.asymmetricKeyType !== "rsa") throw unusable(file, `the key is ${key.asymmetricKeyType}, and Entra takes RSA`);
  return {
    der: certificate.raw.toString("base64"),
    thumbprint: createHash("sha1").update(certificate.raw).digest("hex").toUpperCase(),
    endsAt: new Date(certificate.validTo),
  };
}

function parsed<T>(file: string, problem: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw unusable(file, problem, cause);
  }
}

const unusable = (file: string, why: string, cause?: unknown) =>
  new Failure("CertificateUnusable", `cannot use ${file}: ${why}`, { params: { file }, cause });
