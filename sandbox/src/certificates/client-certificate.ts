import { KeyObject } from "node:crypto";
import { generateKeyPair } from "jose";
import { issueCertificate, leaf } from "./certificate.ts";

/** A self-signed certificate for an app's assertions (PEM). Entra's PS256 and RS256 need an RSA key. */
export type ClientCertificate = { readonly certificate: string; readonly privateKey: string };

export async function createClientCertificate(commonName: string, notAfter: Date): Promise<ClientCertificate> {
  const keys = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  const subject = { commonName, publicKey: keys.publicKey, extensions: leaf("clientAuth"), notAfter };
  return {
    certificate: await issueCertificate(subject, { commonName, keys }),
    privateKey: KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
