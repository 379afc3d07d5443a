import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { bitString, explicit, integer, nothing, objectIdentifier, sequence, set, utcTime, utf8String } from "./der.ts";
import { authorityKeyIdentifier, subjectKeyIdentifier } from "./extensions.ts";

export type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** Who vouches for a certificate: its own keys when it signs itself. */
export type Issuer = { readonly commonName: string; readonly keys: KeyPair };

export type Subject = {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly notAfter: Date;
};

/** Valid from a little before now, so that a client whose clock is behind does not refuse it. */
const backdatedMilliseconds = 5 * 60_000;

/** An X.509 v3 certificate in PEM (RFC 5280 §4.1), signed with SHA-256 by an EC or RSA key. */
export function issueCertificate(subject: Subject, issuer: Issuer): string {
  const algorithm = signatureAlgorithm(issuer.keys.privateKey);
  const publicKey = subject.publicKey.export({ type: "spki", format: "der" });
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(serialNumber()),
    algorithm,
    name(issuer.commonName),
    sequence(utcTime(new Date(Date.now() - backdatedMilliseconds)), utcTime(subject.notAfter)),
    name(subject.commonName),
    publicKey,
    explicit(
      3,
      sequence(
        ...subject.extensions,
        subjectKeyIdentifier(keyIdentifier(subject.publicKey)),
        authorityKeyIdentifier(keyIdentifier(issuer.keys.publicKey)),
      ),
    ),
  );
  return pem(sequence(body, algorithm, bitString(sign("sha256", body, issuer.keys.privateKey))));
}

const name = (commonName: string) => sequence(set(sequence(objectIdentifier("2.5.4.3"), utf8String(commonName))));

/** Positive and without a leading zero byte, as DER wants it. */
const serialNumber = () => Buffer.concat([Buffer.of(0x40), randomBytes(15)]);

const signatureAlgorithm = (key: KeyObject) =>
  key.asymmetricKeyType === "ec"
    ? sequence(objectIdentifier("1.2.840.10045.4.3.2"))
    : sequence(objectIdentifier("1.2.840.113549.1.1.11"), nothing);

const keyIdentifier = (key: KeyObject) =>
  createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();

const pem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replace(/.{64}/g, "$&\n").trimEnd()}\n-----END CERTIFICATE-----\n`;
