import { createHash, createPrivateKey } from "node:crypto";
import { systemErrorText } from "../../domain/system-error.ts";
import { Failure } from "../../errors/failure.ts";
import { readTextFile } from "./read-file.ts";

/** A certificate in a PEM file. Of the private key, it only says whether the file has it. */
export type CertificateFile = {
  /** Base64 of the DER: the public part. Only this part leaves the machine. */
  readonly der: string;
  readonly thumbprint: string;
  readonly endsAt: Date;
};

/** Reads a PEM file that contains a certificate and its private key. A credential needs both. */
export async function readCertificate(file: string): Promise<CertificateFile> {
  const text = await readTextFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(file, systemErrorText(cause), cause);
  });
  if (!text.includes("-----BEGIN ") && text !== "")
    throw unusable(
      file,
      "it is not a PEM file; to convert a PFX file: openssl pkcs12 -in <file>.pfx -out <file>.pem -nodes",
    );
  // On first use: the descriptions of credentials are part of help, and OpenSSL takes 5 ms to load.
  const { X509Certificate } = await import("node:crypto");
  const certificate = parsed(file, "it contains no certificate", () => new X509Certificate(text));
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw unusable(file, "it contains no private key");
  if (/ENCRYPTED/.test(text))
    throw unusable(file, "its private key is encrypted; to decrypt it: openssl rsa -in <file>.pem -out <key>.pem");
  const key = parsed(file, "its private key cannot be read", () => createPrivateKey(text));
  // Entra checks assertions signed with RSA only (Entra, certificate credentials).
  if (key.asymmetricKeyType !== "rsa") throw unusable(file, `the key is ${key.asymmetricKeyType}, and Entra takes RSA`);
  if (!certificate.checkPrivateKey(key)) throw unusable(file, "the private key is not the certificate's");
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
