import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { issueCertificate, type KeyPair } from "./certificate.ts";
import { alternativeNames, authority, leaf, onlyFor } from "./extensions.ts";

/** What the server shows to its clients (PEM), and the authority that they must trust to believe it. */
export type TlsIdentity = { readonly ca: string; readonly certificate: string; readonly privateKey: string };

const generate = promisify(generateKeyPair);
const lifetimeMilliseconds = 365 * 24 * 3600_000;

const loopbackAddresses = [Buffer.of(127, 0, 0, 1), Buffer.concat([Buffer.alloc(15), Buffer.of(1)])];

/** Node does not accept the wildcard `*.localhost`, so the namespaces' suffix is named. */
const hostNames = ["localhost", "*.servicebus.localhost"];

/**
 * A new authority and a server certificate under it, for loopback names only. The authority's private key is forgotten
 * on return, so nobody can ever sign another certificate with it.
 */
export async function createTlsIdentity(): Promise<TlsIdentity> {
  const [caKeys, keys] = await Promise.all([ecKeys(), ecKeys()]);
  const issuer = { commonName: "xtenant sandbox authority", keys: caKeys };
  const notAfter = new Date(Date.now() + lifetimeMilliseconds);
  return {
    ca: issueCertificate(
      {
        commonName: issuer.commonName,
        publicKey: caKeys.publicKey,
        extensions: [...authority, onlyFor("localhost", loopbackAddresses)],
        notAfter,
      },
      issuer,
    ),
    certificate: issueCertificate(
      {
        commonName: "localhost",
        publicKey: keys.publicKey,
        extensions: [...leaf("server"), alternativeNames(hostNames, loopbackAddresses)],
        notAfter,
      },
      issuer,
    ),
    privateKey: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const ecKeys = (): Promise<KeyPair> => generate("ec", { namedCurve: "P-256" });
