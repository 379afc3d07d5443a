import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { issueCertificate } from "./certificate.ts";
import { leaf } from "./extensions.ts";

const generate = promisify(generateKeyPair);

/** A self-signed certificate with which an app signs its assertions; RSA, as Entra's PS256 and RS256 want. All PEM. */
export type ClientCertificate = { readonly certificate: string; readonly privateKey: string };

export async function createClientCertificate(commonName: string, notAfter: Date): Promise<ClientCertificate> {
  const keys = await generate("rsa", { modulusLength: 2048 });
  const subject = { commonName, publicKey: keys.publicKey, extensions: leaf("client"), notAfter };
  return {
    certificate: issueCertificate(subject, { commonName, keys }),
    privateKey: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
