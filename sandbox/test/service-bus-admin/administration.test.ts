import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusAdministrationClient, ServiceBusClient } from "@azure/service-bus";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { roleIds } from "../arm/arm-requests.ts";
import { type SandboxProcess, startSandboxProcess } from "../sandbox-process.ts";

/** Microsoft's own administration client, unmodified; only its names are led to loopback. */
let sandbox: SandboxProcess;
let credential: ClientSecretCredential;
let administration: ServiceBusAdministrationClient;
const scope = "https://servicebus.azure.net/.default";
const agent = new Agent({
  lookup: (_host, options, done) =>
    options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
});

const administratorOf = async (name: "acme" | "fabrikam") => {
  const { tenantId, administrator } = sandbox.config.customers[name] ?? {};
  if (administrator?.kind !== "secret" || tenantId === undefined) throw new Error(`${name} has no administrator`);
  const secret = await readFile(join(sandbox.directory, `secrets/${name}-administrator`), "utf8");
  const options = { authorityHost: `https://localhost:${sandbox.port}`, disableInstanceDiscovery: true };
  return new ClientSecretCredential(tenantId, administrator.clientId, secret, options);
};
const administrationBy = (by: ClientSecretCredential) => {
  const options = { agent, retryOptions: { maxRetries: 0 } };
  return new ServiceBusAdministrationClient(`acme-bus.servicebus.localhost:${sandbox.port}`, by, options);
};

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  credential = await administratorOf("acme");
  administration = administrationBy(credential);
});
afterAll(async () => {
  agent.destroy();
  await sandbox.stop();
});

test("without Data Owner nothing is shown or changed: owning the subscription is not enough", async () => {
  const refused = { code: "UnauthorizedRequestError", message: expect.stringMatching(/Manage,EntityRead claims/) };

  await expect(administration.getQueue("commands")).rejects.toMatchObject(refused);
  await expect(administration.createQueue("other")).rejects.toMatchObject(refused);
  await expect(administration.getNamespaceProperties()).rejects.toMatchObject(refused);
});

test("a token of another tenant is refused", async () => {
  const stranger = administrationBy(await administratorOf("fabrikam"));

  await expect(stranger.getQueue("commands")).rejects.toMatchObject({ message: /InvalidIssuer/ });
});

test("with Data Owner the namespace and its queues are shown", async () => {
  const { subscriptionId = "" } = sandbox.config.customers.acme ?? {};
  const { oid } = decodeJwt((await credential.getToken(scope)).token);
  const arm = `https://localhost:${sandbox.port}/arm`;
  const clientOptions = { endpoint: arm, credentialScopes: [`${arm}/.default`] };
  const client = new AuthorizationManagementClient(credential, subscriptionId, clientOptions);
  await client.roleAssignments.create(`subscriptions/${subscriptionId}`, randomUUID(), {
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.dataOwner}`,
    principalId: String(oid),
  });
  const names: string[] = [];
  for await (const { name } of administration.listQueues()) names.push(name);

  expect(await administration.getNamespaceProperties()).toMatchObject({ name: "acme-bus", messagingSku: "Standard" });
  expect(names).toEqual(["commands", "statuses"]);
  expect(await administration.getQueue("commands")).toMatchObject({
    name: "commands",
    lockDuration: "PT1M",
    maxDeliveryCount: 10,
    requiresSession: false,
    status: "Active",
  });
});

test("a queue is created as asked, once", async () => {
  const wanted = {
    lockDuration: "PT30S",
    maxDeliveryCount: 3,
    requiresDuplicateDetection: true,
    duplicateDetectionHistoryTimeWindow: "PT1H",
    deadLetteringOnMessageExpiration: true,
    defaultMessageTimeToLive: "P1D",
    forwardDeadLetteredMessagesTo: "statuses",
  };
  // As the client wrote it (azure-sdk-for-js, atomManagement.spec.ts).
  const address = `sb://acme-bus.servicebus.localhost:${sandbox.port}/statuses`;

  expect(await administration.createQueue("Region/Eu", wanted)).toMatchObject({
    name: "region/eu",
    lockDuration: "PT30S",
  });
  expect(await administration.getQueue("region/eu")).toMatchObject({
    ...wanted,
    forwardDeadLetteredMessagesTo: address,
  });
  await expect(administration.createQueue("region/eu")).rejects.toMatchObject({
    code: "MessageEntityAlreadyExistsError",
  });
  expect(await administration.queueExists("region/eu")).toBe(true);
});

test("a queue is changed, and settings that do not fit are refused", async () => {
  const queue = await administration.getQueue("region/eu");

  expect(await administration.updateQueue({ ...queue, maxDeliveryCount: 7 })).toMatchObject({ maxDeliveryCount: 7 });
  await expect(administration.updateQueue({ ...queue, lockDuration: "PT6M" })).rejects.toMatchObject({
    statusCode: 400,
  });
  await expect(administration.updateQueue({ ...queue, lockDuration: "soon" })).rejects.toMatchObject({
    statusCode: 400,
    message: /lockDuration/i,
  });
  await expect(administration.updateQueue({ ...queue, name: "missing" })).rejects.toMatchObject({
    code: "MessageEntityNotFoundError",
  });
});

test("what a queue holds is counted", async () => {
  const host = "acme-bus.servicebus.localhost";
  const client = new ServiceBusClient(host, credential, { customEndpointAddress: `sb://localhost:${sandbox.port}` });
  await client.createSender("commands").sendMessages([{ body: "one" }, { body: "two" }]);
  await client.close();
  const counted = await administration.getQueueRuntimeProperties("commands");
  const listed: number[] = [];
  for await (const { activeMessageCount } of administration.listQueuesRuntimeProperties())
    listed.push(activeMessageCount);

  expect(counted).toMatchObject({ activeMessageCount: 2, totalMessageCount: 2, deadLetterMessageCount: 0 });
  expect(counted.sizeInBytes).toBeGreaterThan(0);
  expect(listed).toEqual([2, 0, 0]);
});

test("a list comes in pages", async () => {
  const pages: string[][] = [];
  for await (const page of administration.listQueues().byPage({ maxPageSize: 2 }))
    pages.push(page.map(({ name }) => name));

  expect(pages).toEqual([["commands", "statuses"], ["region/eu"]]);
});

test("a deleted queue is gone; one that was never there is not found", async () => {
  await administration.deleteQueue("region/eu");

  expect(await administration.queueExists("region/eu")).toBe(false);
  await expect(administration.getQueue("region/eu")).rejects.toMatchObject({ code: "MessageEntityNotFoundError" });
  await expect(administration.deleteQueue("region/eu")).rejects.toMatchObject({ statusCode: 404 });
});

/** A request as the client would not make it. */
const raw = async (host: string, body?: string) => {
  const { token } = await credential.getToken(scope);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  const headers = { host, authorization: `Bearer ${token}` };
  const options = {
    port: sandbox.port,
    servername: "localhost",
    path: "/odd?api-version=2021-05",
    method: "PUT",
    headers,
  };
  request(options, async (answer) => resolve({ status: answer.statusCode, body: await text(answer) }))
    .once("error", reject)
    .end(body);
  return promise;
};

test("text that is no description of a queue is refused", async () => {
  const host = `acme-bus.servicebus.localhost:${sandbox.port}`;
  const bomb = `<!DOCTYPE x [<!ENTITY a "${"a".repeat(1000)}"><!ENTITY b "${"&a;".repeat(1000)}">]><entry>&b;</entry>`;

  expect(await raw(host, "no xml")).toMatchObject({ status: 400, body: /<Code>400<\/Code>/ });
  expect(await raw(host, "<entry><content/></entry>")).toMatchObject({ status: 400 });
  expect(await raw(host, bomb)).toMatchObject({ status: 400 });
  expect(await raw(host, "x".repeat(300_000))).toMatchObject({ status: 413 });
});

test("only hosts of namespaces are served", async () => {
  expect((await raw(`nobody-bus.servicebus.localhost:${sandbox.port}`)).status).toBe(404);
  expect((await raw(`acme-bus.servicebus.localhost:${sandbox.port}.evil.example`)).status).toBe(421);
  expect((await raw(`evil.example/.servicebus.localhost:${sandbox.port}`)).status).toBe(421);
  expect((await raw("acme-bus.servicebus.localhost")).status).toBe(421);
});
