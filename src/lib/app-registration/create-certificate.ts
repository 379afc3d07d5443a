import { KeyObject, webcrypto } from "node:crypto";

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;

/** The certificate is valid from a short time ago, so that a machine with a slow clock accepts it. */
const backdatedMilliseconds = 5 * 60_000;

/** Creates an RSA key and a self-signed certificate, as PEM. The key stays on this machine. */
export async function createCertificate(commonName: string, endsAt: Date): Promise<string> {
  await import("reflect-metadata"); // the X.509 library requires that this is loaded first
  const { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } = await import(
    "@peculiar/x509"
  );
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    notBefore: new Date(Date.now() - backdatedMilliseconds),
    notAfter: endsAt,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ],
  });
  const privateKey = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return `${privateKey}${certificate.toString("pem")}\n`;
}
