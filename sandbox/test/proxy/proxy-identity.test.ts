import { once } from "node:events";
import { duplexPair } from "node:stream";
import { connect, TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import type { TlsIdentity } from "../../src/certificates/tls-identity.ts";
import { createTlsIdentity } from "../../src/certificates/tls-identity.ts";
import { createProxyIdentity, permittedNames } from "../../src/proxy/proxy-identity.ts";

/** Resolves when a client that trusts only this authority believes the server to be of this name. */
async function believe({ ca, certificate, privateKey }: TlsIdentity, servername: string): Promise<void> {
  const [near, far] = duplexPair();
  const server = new TLSSocket(far, { isServer: true, cert: certificate, key: privateKey });
  server.on("error", () => server.destroy());
  const client = connect({ socket: near, servername, ca });
  try {
    await once(client, "secureConnect");
  } finally {
    client.destroy();
    server.destroy();
  }
}

test.each([
  "login.microsoftonline.com",
  "graph.microsoft.com",
  "management.azure.com",
  "acme-bus.servicebus.windows.net",
])("a client that trusts the proxy's authority believes the server to be %s", async (name) => {
  await expect(believe(await createProxyIdentity(), name)).resolves.toBeUndefined();
});

test.each(["localhost", "example.com", "windows.net"])("the proxy's authority cannot vouch for %s", async (foreign) => {
  const names = ["graph.microsoft.com", foreign].map((value) => ({ type: "dns" as const, value }));

  await expect(believe(await createTlsIdentity(names, permittedNames), "graph.microsoft.com")).rejects.toThrow(
    "permitted subtree violation",
  );
});
