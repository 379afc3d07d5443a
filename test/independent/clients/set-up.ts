import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJwt } from "jose";
import type { SandboxProcess } from "../../../sandbox/test/sandbox-process.ts";
import type { Environment } from "../proxied-sandbox.ts";

/** Queues of each client's own namespace, one for each step of the story, so that no step disturbs another. */
const plainQueues = [...["plain", "settle", "renew", "schedule", "batch", "large", "delete", "socket"]] as const;
const largestKilobytes = 4096;
const dataOwner = "090c5cfd-751d-490a-894a-3ce6f1109419";

/** Where every client writes to every other. */
const shared = "shared-bus";

/**
 * Gives each client a Premium namespace with queues and one whose connections it cuts, and all of them one that they share. Resolves to the variables of a
 * client: those that the client itself documents, and `STORY_…` for its program.
 */
export async function setUp(sandbox: SandboxProcess, names: readonly string[]): Promise<(name: string) => Environment> {
  const { acme } = sandbox.config.customers;
  if (acme?.administrator.kind !== "secret" || acme.subscriptionId === undefined)
    throw new Error("the config gives acme's administrator no secret");
  const secret = await readFile(join(sandbox.directory, "secrets", "acme-administrator"), "utf8");
  const account = { tenantId: acme.tenantId, clientId: acme.administrator.clientId, secret };
  const resources = await resourceManager(sandbox, account);
  const group = `/subscriptions/${acme.subscriptionId}/resourceGroups/messaging`;

  const role = `/subscriptions/${acme.subscriptionId}/providers/Microsoft.Authorization`;
  const properties = { roleDefinitionId: `${role}/roleDefinitions/${dataOwner}`, principalId: resources.principalId };
  await resources.put(`${role}/roleAssignments/${randomUUID()}`, { properties });
  const namespace = async (name: string, queues: Readonly<Record<string, object>>) => {
    const id = `${group}/providers/Microsoft.ServiceBus/namespaces/${name}`;
    await resources.put(id, { location: "westeurope", sku: { name: "Premium" } });
    for (const [queue, settings] of Object.entries(queues))
      await resources.put(`${id}/queues/${queue}`, { properties: settings });
  };
  const plain = { maxMessageSizeInKilobytes: largestKilobytes };
  const own = {
    ...Object.fromEntries(plainQueues.map((queue) => [queue, plain])),
    sessions: { requiresSession: true },
  };
  await Promise.all([
    namespace(shared, Object.fromEntries(names.map((name) => [`for-${name}`, {}]))),
    ...names.map((name) => namespace(`${name}-bus`, own)),
    ...names.map((name) => namespace(`${name}-cut`, { reconnect: {} })),
  ]);

  const authority = join(sandbox.directory, "proxy-ca.pem");
  const proxy = `http://127.0.0.1:${sandbox.port}`;
  const control = await readFile(join(sandbox.directory, "secrets", "control"), "utf8");
  return (name) => ({
    AZURE_TENANT_ID: account.tenantId,
    AZURE_CLIENT_ID: account.clientId,
    AZURE_CLIENT_SECRET: secret,
    HTTPS_PROXY: proxy,
    NO_PROXY: "localhost,127.0.0.1",
    SSL_CERT_FILE: authority,
    REQUESTS_CA_BUNDLE: authority,
    NODE_EXTRA_CA_CERTS: authority,
    STORY_NAME: name,
    STORY_NAMESPACE: `${name}-bus`,
    STORY_CUT_NAMESPACE: `${name}-cut`,
    STORY_SHARED_NAMESPACE: shared,
    STORY_ENDPOINT: `localhost:${sandbox.port}`,
    STORY_READERS: names.join(","),
    STORY_CONTROL_KEY: control,
  });
}

type Account = { readonly tenantId: string; readonly clientId: string; readonly secret: string };

/** Resource Manager with the token of an app. */
async function resourceManager({ port }: SandboxProcess, { tenantId, clientId, secret }: Account) {
  const baseUrl = `https://localhost:${port}`;
  const answer = await fetch(`${baseUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: secret,
      scope: `${baseUrl}/arm/.default`,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return {
    principalId: String(decodeJwt(token).oid),
    async put(id: string, body: object): Promise<void> {
      const response = await fetch(`${baseUrl}/arm${id}?api-version=2024-01-01`, {
        method: "PUT",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`PUT ${id} was answered with ${response.status}: ${await response.text()}`);
    },
  };
}
