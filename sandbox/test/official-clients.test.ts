import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ServiceBusManagementClient } from "@azure/arm-servicebus";
import {
  type AccessToken,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { Client } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerPage } from "./entra/browser.ts";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";

/** The story of one customer with Microsoft's own clients, unmodified, in the order of an onboarding. */
let sandbox: SandboxProcess;
let base: string;
let acme: SandboxProcess["config"]["customers"][string];
let options: { authorityHost: string; disableInstanceDiscovery: true };

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  base = `https://localhost:${sandbox.port}`;
  const customer = sandbox.config.customers.acme;
  if (customer === undefined) throw new Error("no acme in the config");
  acme = customer;
  options = { authorityHost: base, disableInstanceDiscovery: true };
});
afterAll(() => sandbox.stop());

const scope = "https://servicebus.azure.net/.default";
const secret = (name: string) => readFile(join(sandbox.directory, "secrets", name), "utf8");
const claimsOf = ({ token }: AccessToken) => decodeJwt(token);
const browser = { fetch: (url: string, init?: RequestInit) => fetch(url, init) };

const provider = async (tenantId: string) =>
  new ClientSecretCredential(tenantId, sandbox.config.provider.clientId, await secret("provider"), options);

async function administrator(): Promise<TokenCredential> {
  const { administrator: how } = acme;
  if (how.kind !== "secret") throw new Error("the config gives acme's administrator no secret");
  return new ClientSecretCredential(acme.tenantId, how.clientId, await secret("acme-administrator"), options);
}

const graphWith = (credential: TokenCredential) =>
  Client.initWithMiddleware({
    baseUrl: `${base}/graph/`,
    defaultVersion: "v1.0",
    customHosts: new Set(["localhost"]),
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [`${base}/graph/.default`] }),
  });

const armOptions = () => ({ endpoint: `${base}/arm`, credentialScopes: [`${base}/arm/.default`] });

test("@azure/identity: secret, certificate, workload identity and managed identity prove the provider's app", async () => {
  const { tenantId, clientId, credential } = sandbox.config.provider;
  if (credential?.kind !== "managed-identity") throw new Error("the config has no managed identity");
  const assertion = await secret("provider.jwt");
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = `http://127.0.0.1:${sandbox.port}`;
  const identity = new ManagedIdentityCredential({ clientId: credential.managedIdentityClientId ?? "" });
  const exchange = async () => (await identity.getToken("api://AzureADTokenExchange/.default")).token;

  const kinds = [
    await provider(tenantId),
    new ClientCertificateCredential(tenantId, clientId, join(sandbox.directory, "secrets", "provider.pem"), options),
    new ClientAssertionCredential(tenantId, clientId, async () => assertion, options),
    new ClientAssertionCredential(tenantId, clientId, exchange, options),
  ];

  for (const kind of kinds)
    expect(claimsOf(await kind.getToken(scope))).toMatchObject({ tid: tenantId, appid: clientId, idtyp: "app" });
});

test("@azure/identity: the customer's tenant does not know the app before consent", async () => {
  const unknown = (await provider(acme.tenantId)).getToken(scope);

  await expect(unknown).rejects.toMatchObject({
    name: "AuthenticationRequiredError",
    message: expect.stringContaining("AADSTS700016"),
  });
});

test("an administrator consents in a browser", async () => {
  const query = new URLSearchParams({
    client_id: sandbox.config.provider.clientId,
    scope: "openid",
    redirect_uri: sandbox.config.provider.consentRedirectUri,
    state: "s",
  });
  const url = `${base}/${acme.tenantId}/v2.0/adminconsent?${query}`;

  const { target } = await answerPage(browser, url, { as: "admin@acme.example", decision: "accept" });

  expect(await (await fetch(target ?? "")).text()).toContain("close this window");
  expect(claimsOf(await (await provider(acme.tenantId)).getToken(scope))).toMatchObject({ tid: acme.tenantId });
});

test("microsoft-graph-client finds the service principal, disables, enables and re-creates it", async () => {
  const graph = graphWith(await administrator());
  const path = `/servicePrincipals(appId='${sandbox.config.provider.clientId}')`;

  expect(await graph.api(path).select(["appOwnerOrganizationId"]).get()).toMatchObject({
    appOwnerOrganizationId: sandbox.config.provider.tenantId,
  });
  await graph.api(path).patch({ accountEnabled: false });
  await expect((await provider(acme.tenantId)).getToken(scope)).rejects.toThrow("AADSTS7000112");
  await graph.api(path).delete();
  await expect((await provider(acme.tenantId)).getToken(scope)).rejects.toThrow("AADSTS7000229");
  await expect(graph.api(path).get()).rejects.toMatchObject({ statusCode: 404, code: "Request_ResourceNotFound" });
  await graph.api("/servicePrincipals").post({ appId: sandbox.config.provider.clientId });
  expect(await graph.api(path).get()).toMatchObject({ accountEnabled: true });
});

test("arm-authorization grants the role that @azure/service-bus needs, and takes it away", async () => {
  const [owner, app] = [await administrator(), await provider(acme.tenantId)];
  const { oid } = claimsOf(await app.getToken(scope));
  const subscriptionId = acme.subscriptionId ?? "";
  const queue = `/subscriptions/${subscriptionId}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus/queues/commands`;
  const { roleAssignments, roleDefinitions } = new AuthorizationManagementClient(owner, subscriptionId, armOptions());
  const [role] = await Array.fromAsync(
    roleDefinitions.list(queue.slice(1), { filter: "roleName eq 'Azure Service Bus Data Sender'" }),
  );
  const bus = new ServiceBusClient(acme.namespace, app, {
    customEndpointAddress: `sb://localhost:${sandbox.port}`,
    retryOptions: { maxRetries: 0 },
  });
  const send = async () => {
    const sender = bus.createSender("commands");
    await sender.sendMessages({ body: "hello" }).finally(() => sender.close());
  };
  const wanted = { roleDefinitionId: role?.id ?? "", principalId: String(oid), principalType: "ServicePrincipal" };
  const name = randomUUID();

  try {
    await expect(send()).rejects.toMatchObject({ code: "UnauthorizedAccess" });
    await roleAssignments.create(queue, name, wanted);
    await expect(roleAssignments.create(queue, randomUUID(), wanted)).rejects.toMatchObject({
      statusCode: 409,
      code: "RoleAssignmentExists",
    });
    const held = await Array.fromAsync(roleAssignments.listForScope(queue, { filter: `principalId eq '${oid}'` }));
    expect(held.map((assignment) => assignment.name)).toEqual([name]);
    await send();
    await roleAssignments.delete(queue, name);
    await expect(send()).rejects.toMatchObject({ code: "UnauthorizedAccess" });
  } finally {
    await bus.close();
  }
});

test("arm-servicebus reads what the broker counts, and makes a queue", async () => {
  const { queues, namespaces } = new ServiceBusManagementClient(
    await administrator(),
    acme.subscriptionId ?? "",
    armOptions(),
  );

  expect(await queues.get("messaging", "acme-bus", "commands")).toMatchObject({
    countDetails: { activeMessageCount: 1, deadLetterMessageCount: 0 },
  });
  await queues.createOrUpdate("messaging", "acme-bus", "audit", { lockDuration: "PT30S", requiresSession: true });
  expect(await queues.get("messaging", "acme-bus", "audit")).toMatchObject({
    lockDuration: "PT30S",
    requiresSession: true,
  });
  expect((await Array.fromAsync(namespaces.list())).map(({ name }) => name)).toEqual(["acme-bus"]);
});

test("@azure/identity: a user signs in with a device code and uses Graph and ARM", async () => {
  const user = new DeviceCodeCredential({
    ...options,
    tenantId: acme.tenantId,
    userPromptCallback: ({ verificationUri, userCode }) =>
      void answerPage(browser, `${verificationUri}?code=${userCode}`, { as: "admin@acme.example", decision: "accept" }),
  });

  const { value } = await graphWith(user).api("/servicePrincipals").get();
  const { queues } = new ServiceBusManagementClient(user, acme.subscriptionId ?? "", armOptions());

  expect(value.length).toBeGreaterThan(0);
  expect((await queues.get("messaging", "acme-bus", "commands")).name).toBe("commands");
});
