import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { openAccess } from "../../src/lib/azure/arm/role-assignments.ts";
import { openRegistrations } from "../../src/lib/azure/graph/app-registrations.ts";
import { openDirectory } from "../../src/lib/azure/graph/directory.ts";
import type { AnswerLimits } from "../../src/lib/azure/http/bounded-answer.ts";
import { azureClouds } from "../../src/lib/domain/cloud-endpoints.ts";
import { parseGuid, parseTenantId } from "../../src/lib/domain/customer.ts";
import { Failure } from "../../src/lib/errors/failure.ts";

const id = parseGuid("11111111-1111-4111-8111-111111111111");
const place = { customer: "acme", tenant: parseTenantId(id), namespace: "acme-bus.servicebus.windows.net" };
const credential = { getToken: async () => ({ token: "secret-token", expiresOnTimestamp: Date.now() + 3_600_000 }) };

const identity = await createTlsIdentity();
setDefaultCACertificates([...getCACertificates("default"), identity.ca]);

/** A host in the place of Graph and Resource Manager, which answers every request in this way. */
async function openEndpoint(answer: (response: ServerResponse, path: string) => void) {
  const hosts: (string | undefined)[] = [];
  const certified = { key: identity.privateKey, cert: identity.certificate };
  const server = createServer(certified, (request, response) => {
    hosts.push(request.headers.host);
    response.on("error", () => {});
    answer(response, request.url ?? "");
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
  "a body that grows to a megabyte": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(Buffer.alloc(1024 ** 2, 0x20)));
  },
  "a body without end": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => void (response.writable && response.write(Buffer.alloc(64 * 1024, 0x20), more));
    more();
  },
  "a page in HTML": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>welcome</html>"),
  "a redirect": (response) => response.writeHead(302, { location: "https://evil.example/" }).end(),
  "an empty list in the place of an object": json("[]"),
  "a number in the place of a list": json('{"value":7}'),
  null: json("null"),
  "text that is no JSON": json('{"value":['),
  "deep nesting": json(`{"value":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
};

type Service = {
  readonly ask: (url: string, limits?: AnswerLimits) => Promise<unknown>;
  /** The requests that are answered as they should be. */
  readonly well?: readonly [path: RegExp, body: string];
};

async function listRoles(url: string, limits?: AnswerLimits): Promise<unknown> {
  const cloud = { ...azureClouds.public, armEndpoint: url };
  return (await openAccess(cloud, { credential, subscriptionId: id }, place, limits)).list("/", id);
}

const services: Readonly<Record<string, Service>> = {
  Graph: {
    ask: async (url, limits) => {
      const cloud = { ...azureClouds.public, graphEndpoint: url };
      return (await openDirectory(cloud, credential, place, limits)).findServicePrincipal(id);
    },
  },
  "Graph, asked for an app,": {
    ask: async (url, limits) => {
      const cloud = { ...azureClouds.public, graphEndpoint: url };
      return (await openRegistrations(cloud, credential, place, limits)).find({ uniqueName: "app" });
    },
  },
  "Resource Manager": { ask: listRoles },
  // The first request reads the subscription. Those after it are requests of Microsoft's client.
  "Resource Manager, from the second request on,": {
    ask: listRoles,
    well: [/^[/]subscriptions[/][^/]*$/, JSON.stringify({ tenantId: id })],
  },
};

/** Answers the requests of `well`, and attacks the others. */
const except =
  (well: Service["well"], attack: (response: ServerResponse) => void) => (response: ServerResponse, path: string) =>
    well?.[0].test(path) ? json(well[1])(response) : attack(response);

test.each(
  Object.entries(services).flatMap(([name, service]) =>
    Object.entries(attacks).map(([what, answer]) => [name, what, service, answer] as const),
  ),
)("%s that answers with %s is a failure, and no bug", async (_name, _what, { ask, well }, answer) => {
  const { url, hosts } = await openEndpoint(except(well, answer));

  const outcome = await ask(url, { bytes: 200_000, milliseconds: 20_000 }).catch((error: unknown) => error);

  expect(outcome).toBeInstanceOf(Failure);
  expect(outcome).not.toMatchObject({ kind: "bug" });
  expect(new Set(hosts)).toEqual(new Set([new URL(url).host]));
});

const endlessly: Readonly<Record<string, (response: ServerResponse) => void>> = {
  nothing: () => {},
  "headers and nothing more": (response) =>
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders(),
  "one byte after the other": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  },
};

test.each(
  Object.entries(services).flatMap(([name, service]) =>
    Object.entries(endlessly).map(([what, answer]) => [name, what, service, answer] as const),
  ),
)("%s that answers with %s has until the limit, once, and the connection ends", async (_n, _w, service, answer) => {
  const closed = Promise.withResolvers<void>();
  let attacked = 0;
  const attack = (response: ServerResponse) => {
    attacked += 1;
    response.on("close", closed.resolve);
    answer(response);
  };
  const { url } = await openEndpoint(except(service.well, attack));

  const asked = service.ask(url, { bytes: 100_000, milliseconds: 300 });

  await expect(asked).rejects.toMatchObject({ kind: "unavailable", code: "NoAnswer", retryable: true });
  await closed.promise;
  expect(attacked).toBe(1);
});
