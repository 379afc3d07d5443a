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

/** A new authority that signs leaves for loopback names only, so that trusting it endangers no other site. */
export async function createAuthority(notAfter: Date): Promise<Authority> {
  const issuer = { commonName: "xtenant sandbox authority", keys: await generateKeyPair("ES256") };
  const extensions = [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    onlyLoopback(),
  ];
  const subject = { commonName: issuer.commonName, publicKey: issuer.keys.publicKey, extensions, notAfter };
  return { ...issuer, certificate: await issueCertificate(subject, issuer) };
}

/** `localhost` with every name under it, and the two loopback addresses (RFC 5280 §4.2.1.10). */
function onlyLoopback(): Extension {
  const names = [{ dNSName: "localhost" }, { iPAddress: "127.0.0.1/32" }, { iPAddress: "::1/128" }];
  const permitted = names.map((name) => new GeneralSubtree({ base: new GeneralName(name) }));
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}
