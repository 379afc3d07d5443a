import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { duplexPair } from "node:stream";
import { connect, TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { createAuthority } from "../src/certificates/authority.ts";
import { createClientCertificate } from "../src/certificates/client-certificate.ts";
import { createTlsIdentity, type TlsIdentity } from "../src/certificates/tls-identity.ts";

/** Resolves to true when a client that trusts only this authority believes the server to be of this name. */
async function believes({ ca, certificate, privateKey }: TlsIdentity, servername: string): Promise<boolean> {
  const [near, far] = duplexPair();
  const server = new TLSSocket(far, { isServer: true, cert: certificate, key: privateKey });
  server.on("error", () => server.destroy());
  const client = connect({ socket: near, servername, ca });
  try {
    await once(client, "secureConnect");
    return client.authorized;
  } finally {
    client.destroy();
    server.destroy();
  }
}

test("a client that trusts the authority believes the server", async () => {
  const identity = await createTlsIdentity();

  expect(await believes(identity, "localhost")).toBe(true);
  expect(await believes(identity, "acme-bus.servicebus.localhost")).toBe(true);
  await expect(believes(identity, "acme-bus.servicebus.windows.net")).rejects.toMatchObject({
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
});

test("a client that trusts another sandbox's authority does not", async () => {
  const [one, other] = await Promise.all([createTlsIdentity(), createTlsIdentity()]);

  await expect(believes({ ...one, ca: other.ca }, "localhost")).rejects.toMatchObject({
    code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  });
});

test("the server's certificate is for both loopback addresses", async () => {
  const certificate = new X509Certificate((await createTlsIdentity()).certificate);

  expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(certificate.checkIP("::1")).toBe("::1");
  expect(certificate.checkIP("127.0.0.2")).toBeUndefined();
});

test.each([
  { type: "dns", value: "login.microsoftonline.com" },
  { type: "ip", value: "192.0.2.1" },
  { type: "ip", value: "2001:db8::1" },
] as const)("a certificate for $value under the authority is refused", async (foreign) => {
  const identity = await createTlsIdentity([{ type: "dns", value: "localhost" }, foreign]);

  await expect(believes(identity, "localhost")).rejects.toThrow("permitted subtree violation");
});

test("the server's key is an EC key on P-256, and the server is no authority itself", async () => {
  const { ca, certificate } = await createTlsIdentity();
  const [authority, server] = [new X509Certificate(ca), new X509Certificate(certificate)];

  expect(server.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: "prime256v1" });
  expect(server.checkIssued(authority)).toBe(true);
  expect([authority.ca, server.ca]).toEqual([true, false]);
});

test("the authority's private key is not extractable", async () => {
  const { keys } = await createAuthority(new Date(Date.now() + 60_000));

  expect(keys.privateKey.extractable).toBe(false);
});

test("a client certificate is signed with its own RSA key and is valid as long as asked", async () => {
  const notAfter = new Date("2051-02-03T04:05:06Z");

  const created = await createClientCertificate("Contoso xtenant", notAfter);

  const certificate = new X509Certificate(created.certificate);
  expect(certificate.subject).toBe("CN=Contoso xtenant");
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(created.privateKey))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  expect(certificate.validToDate).toEqual(notAfter);
  expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
});
