import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";
import { createTlsIdentity } from "../../../sandbox/src/certificates/tls-identity.ts";
import { tenant } from "./tenants.ts";

/** One request as its host received it, and the resource of its token. */
export type Request = {
  readonly host: string;
  readonly path: string;
  readonly audience: string | undefined;
  readonly body: string;
};

/**
 * The parts of Entra, Graph, Resource Manager and GitHub that let the program continue to its next host, in every
 * cloud.
 */
export async function openInternet(hosts: readonly string[]) {
  const identity = await createTlsIdentity(
    hosts.map((value) => ({ type: "dns", value })),
    hosts.map((dNSName) => ({ dNSName })),
  );
  const requests: Request[] = [];
  /** Names for which a tunnel was requested. */
  const tunnels: string[] = [];
  const web = createServer(async (request, response) => {
    const body = await text(request);
    requests.push({
      host: String(request.headers.host),
      path: String(request.url),
      audience: audienceOf(request.headers.authorization),
      body,
    });
    answer(request, response, new URLSearchParams(body));
  });
  const tls = createTlsServer({ key: identity.privateKey, cert: identity.certificate }, (socket) => {
    socket.on("error", () => socket.destroy());
    web.emit("connection", socket);
  });
  const proxy = createServer((_, response) => void response.writeHead(403).end());
  proxy.on("connect", ({ url = "" }: IncomingMessage, socket) => {
    tunnels.push(url);
    socket.on("error", () => socket.destroy());
    const known = hosts.some((host) => url === `${host}:443`);
    socket.write(known ? "HTTP/1.1 200 Connection established\r\n\r\n" : "HTTP/1.1 403 Forbidden\r\n\r\n");
    if (known) tls.emit("connection", socket);
    else socket.end();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    ca: identity.ca,
    requests,
    tunnels,
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}

function answer({ url = "", method, headers }: IncomingMessage, response: ServerResponse, form: URLSearchParams): void {
  const body = bodyFor(`https://${headers.host}`, url, form);
  response.writeHead(method === "DELETE" ? 204 : 200, { "content-type": "application/json" });
  response.end(method === "DELETE" ? "" : JSON.stringify(body));
}

function bodyFor(origin: string, url: string, form: URLSearchParams): object {
  const [, inPath = ""] = url.split("/");
  if (url.includes("openid-configuration"))
    return {
      issuer: `${origin}/${inPath}/v2.0`,
      authorization_endpoint: `${origin}/${inPath}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/${inPath}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/${inPath}/keys`,
    };
  if (url.includes("/oauth2/v2.0/token")) return tokenFor(inPath, form);
  if (url.includes("/job")) return { value: jwt({ exp: Math.floor(Date.now() / 1000) + 300 }) };
  if (url.includes("/servicePrincipals"))
    return { id: tenant.principal, displayName: "x", accountEnabled: true, appOwnerOrganizationId: tenant.contoso };
  if (url.includes("/roleAssignments")) return { value: [] };
  return { tenantId: tenant.acme };
}

const tokenFor = (tid: string, form: URLSearchParams) => ({
  token_type: "Bearer",
  expires_in: 3600,
  access_token: jwt({
    tid,
    oid: tenant.principal,
    appid: form.get("client_id"),
    aud: form.get("scope")?.replace(/\/\.default$/, ""),
  }),
});

const jwt = (claims: object) =>
  ["{}", JSON.stringify(claims), "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");

function audienceOf(authorization: string | undefined): string | undefined {
  const payload = authorization?.split(".")[1];
  return payload === undefined ? undefined : JSON.parse(Buffer.from(payload, "base64url").toString()).aud;
}
