import { createServer as createPlainServer } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createTlsIdentity } from "../../sandbox/src/certificates/tls-identity.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { ids, sandboxCloud } from "../fakes/config-document.ts";
import { configOf } from "../fakes/context.ts";

/** What an HTTP service of Azure answered. */
export type RecordedAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
};

/** The services that answer over HTTP. */
export type HttpService = "entra" | "graph" | "arm" | "atom" | "imds";

export type RecordedRequest = { readonly method: string; readonly path: string; readonly body: string };

/** Answers in place of the service. Undefined where the service answers as it does to a call that succeeds. */
export type Answering = (service: HttpService, request: RecordedRequest) => RecordedAnswer | undefined;

/** Adds to the authorities that this process trusts. */
export const trustForTests = (authority: string): void =>
  setDefaultCACertificates([...getCACertificates("default"), authority]);

const identity = await createTlsIdentity();
trustForTests(identity.ca);

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenWith = (claims: object) => `${part({ alg: "none" })}.${part(claims)}.x`;

/** A cloud on loopback that answers as Azure was recorded to answer, with the program's own clients before it. */
export async function openRecordedCloud(answering: Answering, { busPort }: { readonly busPort?: number } = {}) {
  const requests: RecordedRequest[] = [];
  const answer = (service: HttpService, request: RecordedRequest, form: URLSearchParams, base: string) => {
    requests.push(request);
    return answering(service, request) ?? succeed(service, request, form, base);
  };
  const server = createServer({ key: identity.privateKey, cert: identity.certificate });
  const plain = createPlainServer();
  for (const one of [server, plain])
    one.on("request", async (request, response) => {
      const path = request.url ?? "/";
      const sent = await text(request);
      const form = new URLSearchParams(sent);
      const method = request.method ?? "GET";
      const base = `https://localhost:${portOf(server)}`;
      const service = one === plain ? "imds" : serviceOf(path, request.headers.host ?? "");
      const { status, headers = {}, body } = answer(service, { method, path, body: sent }, form, base);
      const isText = typeof body === "string" || body === undefined;
      response.writeHead(status, isText ? headers : { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(isText ? body : JSON.stringify(body));
    });
  await Promise.all([server, plain].map((one) => new Promise<void>((done) => one.listen(0, "127.0.0.1", done))));
  const base = `https://localhost:${portOf(server)}`;
  const config = configOf({
    cloud: {
      ...sandboxCloud,
      authorityHost: base,
      graphEndpoint: `${base}/graph`,
      armEndpoint: `${base}/arm`,
      serviceBusEndpoint: `sb://localhost:${busPort ?? portOf(server)}`,
      managedIdentityEndpoint: `http://127.0.0.1:${portOf(plain)}`,
    },
    provider: {
      tenantId: ids.contoso,
      clientId: ids.app,
      credential: { kind: "secret", secretEnv: "RECORDED_SECRET" },
      administrator: { kind: "secret", clientId: ids.app, secretEnv: "RECORDED_SECRET" },
    },
    customers: {
      acme: {
        tenantId: ids.acme,
        namespace: "acme-bus.servicebus.localhost",
        subscriptionId: ids.subscription,
        resourceGroup: "messaging",
        administrator: { kind: "secret", clientId: ids.app, secretEnv: "RECORDED_SECRET" },
      },
    },
  });
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  return {
    config,
    requests,
    acme: findCustomer(config, parseCustomerName("acme")),
    azure: createAzureServices(async () => config, { env: { RECORDED_SECRET: "secret" }, log }),
    managedIdentityEndpoint: `http://127.0.0.1:${portOf(plain)}`,
    [Symbol.asyncDispose]: async () => {
      for (const one of [server, plain]) {
        one.close();
        one.closeAllConnections();
      }
    },
  };
}

const portOf = (server: Pick<Server, "address">) => (server.address() as AddressInfo).port;

function serviceOf(path: string, host: string): HttpService {
  if (host.startsWith("acme-bus.")) return "atom";
  if (path.startsWith("/graph/")) return "graph";
  return path.startsWith("/arm/") ? "arm" : "entra";
}

/** The answers to calls that succeed: tokens, and the subscription of acme. */
function succeed(service: HttpService, { path }: RecordedRequest, form: URLSearchParams, base: string): RecordedAnswer {
  const tenant = /^\/([^/]+)\//.exec(path)?.[1] ?? "";
  if (service === "entra" && path.includes("/.well-known/"))
    return {
      status: 200,
      body: {
        token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
        issuer: `${base}/${tenant}/v2.0`,
        jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
      },
    };
  if (service === "entra") {
    const aud = (form.get("scope") ?? "").replace(/\/\.default.*$/, "");
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const claims = { tid: tenant, oid: ids.principal, appid: form.get("client_id"), aud, exp };
    return { status: 200, body: { token_type: "Bearer", expires_in: 3599, access_token: tokenWith(claims) } };
  }
  if (service === "arm" && /\/subscriptions\/[^/]+\?/.test(path)) return { status: 200, body: { tenantId: ids.acme } };
  if (service === "graph" && /\/(?:servicePrincipals|applications)\(/.test(path))
    return { status: 404, body: { error: { code: "Request_ResourceNotFound", message: "does not exist" } } };
  if (service === "imds") return { status: 200, body: { access_token: tokenWith({}), expires_on: "1" } };
  return { status: 200, body: { value: [] } };
}

export type RecordedCloud = Awaited<ReturnType<typeof openRecordedCloud>>;
