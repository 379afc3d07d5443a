import "reflect-metadata"; // the X.509 library wants it loaded first
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { CryptoKey, GenerateKeyPairResult } from "jose";

/** Who vouches for a certificate: its own keys when it signs itself. */
export type Issuer = { readonly commonName: string; readonly keys: GenerateKeyPairResult };

export type Subject = {
  readonly commonName: string;
  readonly publicKey: CryptoKey;
  readonly extensions: readonly Extension[];
  readonly notAfter: Date;
};

/** Valid from a little before now, so that a client whose clock is behind does not refuse it. */
const backdatedMilliseconds = 5 * 60_000;

/** An X.509 certificate in PEM, signed with SHA-256 by an EC or RSA key. */
export async function issueCertificate(subject: Subject, issuer: Issuer): Promise<string> {
  const certificate = await X509CertificateGenerator.create({
    subject: name(subject.commonName),
    issuer: name(issuer.commonName),
    notBefore: new Date(Date.now() - backdatedMilliseconds),
    notAfter: subject.notAfter,
    publicKey: subject.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: [
      ...subject.extensions,
      await SubjectKeyIdentifierExtension.create(subject.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/** A leaf for a TLS server, or for a client that signs assertions. */
export const leaf = (usage: "serverAuth" | "clientAuth"): readonly Extension[] => [
  new BasicConstraintsExtension(false, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  new ExtendedKeyUsageExtension([ExtendedKeyUsage[usage]]),
];

const name = (commonName: string) => [{ CN: [commonName] }];
