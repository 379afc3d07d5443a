import "reflect-metadata"; // the X.509 library wants it loaded first
import { KeyObject, X509Certificate } from "node:crypto";
import { type JsonGeneralNames, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { generateKeyPair } from "jose";
import { createAuthority, type PermittedName } from "./authority.ts";
import { issueCertificate, leaf } from "./certificate.ts";

/** What the server shows to its clients (PEM), and the authority that they must trust to believe it. */
export type TlsIdentity = { readonly ca: string; readonly certificate: string; readonly privateKey: string };

const dayMilliseconds = 24 * 3600_000;
const lifetimeMilliseconds = 365 * dayMilliseconds;

/** Node does not accept the wildcard `*.localhost`, so the namespaces' suffix is named. */
const loopbackNames: JsonGeneralNames = [
  { type: "dns", value: "localhost" },
  { type: "dns", value: "*.servicebus.localhost" },
  { type: "ip", value: "127.0.0.1" },
  { type: "ip", value: "::1" },
];

/**
 * A new authority and a server certificate under it, which clients believe for the permitted names only, those of loopback
 * by default. The authority's private key is forgotten on return, so that no other certificate can be signed with it.
 */
export async function createTlsIdentity(
  names = loopbackNames,
  permitted?: readonly PermittedName[],
): Promise<TlsIdentity> {
  const notAfter = new Date(Date.now() + lifetimeMilliseconds);
  const [authority, keys] = await Promise.all([
    createAuthority(notAfter, permitted),
    generateKeyPair("ES256", { extractable: true }),
  ]);
  const extensions = [...leaf("serverAuth"), new SubjectAlternativeNameExtension(names)];
  const subject = { commonName: "localhost", publicKey: keys.publicKey, extensions, notAfter };
  return {
    ca: authority.certificate,
    certificate: await issueCertificate(subject, authority),
    privateKey: KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Whether clients will believe it for a month yet. */
export const isLasting = ({ certificate }: TlsIdentity): boolean =>
  new X509Certificate(certificate).validToDate.getTime() > Date.now() + 30 * dayMilliseconds;
