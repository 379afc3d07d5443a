import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { openAccess } from "../../src/lib/azure/arm/role-assignments.ts";
import { openDirectory } from "../../src/lib/azure/graph/directory.ts";
import { azureClouds } from "../../src/lib/domain/cloud-endpoints.ts";
import { parseGuid, parseTenantId } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";

const id = parseGuid("11111111-1111-4111-8111-111111111111");
const place = { customer: "acme", tenant: parseTenantId(id), namespace: "acme-bus.servicebus.windows.net" };
const credential = { getToken: async () => ({ token: "secret-token", expiresOnTimestamp: Date.now() + 3_600_000 }) };

/** A host in the place of Graph and Resource Manager, which answers every request in this way. */
async function openEndpoint(answer: (response: ServerResponse) => void) {
  const identity = await createTlsIdentity();
  setDefaultCACertificates([...getCACertificates("default"), identity.ca]);
  const hosts: (string | undefined)[] = [];
  const certified = { key: identity.privateKey, cert: identity.certificate };
  const server = createServer(certified, (request, response) => {
    hosts.push(request.headers.host);
    response.on("error", () => {});
    answer(response);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return { url, hosts };
}

const json = (text: string) => (response: ServerResponse) => {
  response.setHeader("content-type", "application/json");
  response.end(text);
};

const attacks: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "a body that grows to 64 MB": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(Buffer.alloc(64 * 1024 ** 2, 0x20)));
  },
  "a body without end": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => void (response.writable && response.write(Buffer.alloc(256 * 1024, 0x20), more));
    more();
  },
  "a page in HTML": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>welcome</html>"),
  "a redirect": (response) => response.writeHead(302, { location: "https://evil.example/" }).end(),
  "an empty list in the place of an object": json("[]"),
  "a number in the place of a list": json('{"value":7}'),
  null: json("null"),
  "text that is no JSON": json('{"value":['),
  "deep nesting": json(`{"value":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
};

const services = {
  Graph: async (url: string) =>
    (await openDirectory({ ...azureClouds.public, graphEndpoint: url }, credential, place)).findServicePrincipal(id),
  "Resource Manager": async (url: string) =>
    (await openAccess({ ...azureClouds.public, armEndpoint: url }, { credential, subscriptionId: id }, place)).list(
      "/",
      id,
    ),
};

test.each(
  Object.entries(services).flatMap(([service, ask]) =>
    Object.entries(attacks).map(([what, answer]) => [service, what, ask, answer] as const),
  ),
)("%s that answers with %s is a failure, and no bug", async (_service, _what, ask, answer) => {
  const { url, hosts } = await openEndpoint(answer);

  const outcome = await ask(url).catch((error: unknown) => error);

  expect(outcome).toBeInstanceOf(Failure);
  expect(outcome).not.toMatchObject({ kind: "bug" });
  expect(new Set(hosts)).toEqual(new Set([new URL(url).host]));
});
