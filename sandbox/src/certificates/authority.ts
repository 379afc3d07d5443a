import "reflect-metadata"; // the X.509 library wants it loaded first
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from "@peculiar/asn1-x509";
import { BasicConstraintsExtension, Extension, KeyUsageFlags, KeyUsagesExtension } from "@peculiar/x509";
import { generateKeyPair } from "jose";
import { type Issuer, issueCertificate } from "./certificate.ts";

/** An issuer with its own certificate (PEM). Its private key is not extractable. */
export type Authority = Issuer & { readonly certificate: string };

/** A name with every name under it, or a range of addresses. */
export type PermittedName = { readonly dNSName: string } | { readonly iPAddress: string };

/** `localhost` with every name under it, and the two loopback addresses. */
const loopback: readonly PermittedName[] = [
  { dNSName: "localhost" },
  { iPAddress: "127.0.0.1/32" },
  { iPAddress: "::1/128" },
];

/** A new authority that signs leaves for these names only (by default loopback names), so that trusting it endangers no other site. */
export async function createAuthority(notAfter: Date, permitted = loopback): Promise<Authority> {
  const issuer = { commonName: "xtenant sandbox authority", keys: await generateKeyPair("ES256") };
  const extensions = [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    only(permitted),
  ];
  const subject = { commonName: issuer.commonName, publicKey: issuer.keys.publicKey, extensions, notAfter };
  return { ...issuer, certificate: await issueCertificate(subject, issuer) };
}

/** Name constraints (RFC 5280 §4.2.1.10). */
function only(names: readonly PermittedName[]): Extension {
  const permitted = names.map((name) => new GeneralSubtree({ base: new GeneralName(name) }));
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}
