import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as tlsConnect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type SandboxProcess, startSandboxProcess } from "../sandbox-process.ts";

let sandbox: SandboxProcess;
let authorities: string;

beforeAll(async () => {
  sandbox = await startSandboxProcess({ proxy: true });
  authorities = await readFile(join(sandbox.directory, "proxy-ca.pem"), "utf8");
});
afterAll(() => sandbox?.stop());

/** Asks the proxy for a tunnel; resolves to its answer, and the socket when it is open. */
async function tunnel(target: string) {
  const request = httpRequest({ host: "127.0.0.1", port: sandbox.port, method: "CONNECT", path: target }).end();
  const [response, socket] = await once(request, "connect");
  if (response.statusCode !== 200) socket.destroy();
  return { status: Number(response.statusCode), socket: socket as Socket };
}

type Wish = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** One HTTPS request through the proxy by a client that trusts only `proxy-ca.pem`. */
async function ask(address: string, { method = "GET", headers = {}, body }: Wish = {}) {
  const url = new URL(address);
  const { socket } = await tunnel(`${url.hostname}:443`);
  const secure = tlsConnect({ socket, servername: url.hostname, ca: authorities });
  await once(secure, "secureConnect");
  const request = httpsRequest(url, {
    method,
    headers: { host: url.host, ...headers },
    createConnection: () => secure,
  });
  request.end(body);
  const [response] = await once(request, "response");
  const answer = await text(response);
  secure.destroy();
  return { status: Number(response.statusCode), text: answer, json: () => JSON.parse(answer) };
}

const tenantOf = (customer: string) => sandbox.config.customers[customer]?.tenantId ?? "";

async function token(scope: string) {
  const how = sandbox.config.customers.acme?.administrator;
  if (how?.kind !== "secret") throw new Error("the config gives acme's administrator no secret");
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: how.clientId, scope });
  form.set("client_secret", await readFile(join(sandbox.directory, "secrets/acme-administrator"), "utf8"));
  const { json } = await ask(`https://login.microsoftonline.com/${tenantOf("acme")}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  return { authorization: `Bearer ${json().access_token}` };
}

test("AMQP comes through as a WebSocket under a namespace's name", async () => {
  const host = "acme-bus.servicebus.windows.net";
  const { socket } = await tunnel(`${host}:443`);
  const secure = tlsConnect({ socket, servername: host, ca: authorities });
  await once(secure, "secureConnect");
  const client = new WebSocket(`wss://${host}/$servicebus/websocket`, "AMQPWSB10", { createConnection: () => secure });
  await once(client, "open");
  const header = Buffer.from([...Buffer.from("AMQP"), 3, 1, 0, 0]); // SASL (AMQP 1.0 §5.3.1)

  client.send(header);
  const [answer] = await once(client, "message");
  client.terminate();

  expect(answer.subarray(0, 8)).toEqual(header);
});

test("Entra's discovery names Entra's own addresses", async () => {
  const path = `https://login.microsoftonline.com/${tenantOf("acme")}`;

  const { json } = await ask(`${path}/v2.0/.well-known/openid-configuration`);

  expect(json()).toMatchObject({
    issuer: `${path}/v2.0`,
    token_endpoint: `${path}/oauth2/v2.0/token`,
    msgraph_host: "graph.microsoft.com",
  });
});

test("instance discovery knows the public cloud and nothing else", async () => {
  const discovery =
    "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint=";

  const known = await ask(`${discovery}https://login.microsoftonline.com/${tenantOf("acme")}/oauth2/v2.0/authorize`);
  const other = await ask(`${discovery}https://login.example.com/organizations/oauth2/v2.0/authorize`);

  expect(known.json().metadata[0]).toMatchObject({ preferred_network: "login.microsoftonline.com" });
  expect(other).toMatchObject({ status: 400, text: expect.stringContaining("invalid_instance") });
});

test("Graph and Resource Manager answer under their names, and their links stay there", async () => {
  const graph = await ask("https://graph.microsoft.com/v1.0/servicePrincipals", {
    headers: await token("https://graph.microsoft.com/.default"),
  });
  const { subscriptionId } = sandbox.config.customers.acme ?? {};
  const arm = await ask(
    `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ServiceBus/namespaces?api-version=2021-11-01`,
    { headers: await token("https://management.core.windows.net//.default") },
  );

  expect(graph.json()["@odata.context"]).toBe("https://graph.microsoft.com/v1.0/$metadata#servicePrincipals");
  expect(arm.json().value[0].properties.serviceBusEndpoint).toBe("https://acme-bus.servicebus.windows.net:443/");
  expect(graph.text + arm.text).not.toContain("localhost");
});

test.each([
  "example.com:443",
  "login.microsoftonline.com:80",
  "login.microsoftonline.com.example.com:443",
  "servicebus.windows.net:443",
  "a.b.servicebus.windows.net:443",
  "localhost:443",
  "169.254.169.254:443",
])("a tunnel to %s is refused with one line in the log", async (target) => {
  expect((await tunnel(target)).status).toBe(403);
  await expect.poll(() => sandbox.log.filter((line) => line.endsWith(`CONNECT ${target} 403`)).length).toBe(1);
});

test("a request inside a tunnel for another host is refused", async () => {
  const { status } = await ask("https://graph.microsoft.com/v1.0/servicePrincipals", {
    headers: { host: "localhost" },
  });

  expect(status).toBe(421);
});

test("outside a tunnel Azure's names are not served", async () => {
  const request = httpsRequest({ host: "localhost", port: sandbox.port, ca: authorities, path: "/" });
  request.setHeader("host", "login.microsoftonline.com");
  const [response] = await once(request.end(), "response");
  response.resume();

  expect(response.statusCode).toBe(421);
});

test("the sandbox's own authority does not vouch for Azure's names", async () => {
  const { socket } = await tunnel("graph.microsoft.com:443");
  const ca = await readFile(join(sandbox.directory, "ca.pem"), "utf8");
  const secure = tlsConnect({ socket, servername: "graph.microsoft.com", ca });

  await expect(once(secure, "secureConnect")).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
});
