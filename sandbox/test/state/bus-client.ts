import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { decodeJwt } from "jose";
import { roleIds } from "../arm/arm-requests.ts";
import type { SandboxProcess } from "../sandbox-process.ts";

/** Acme's administrator, with all rights on the namespace, by Microsoft's own client; it is closed with its scope. */
export async function connectAdministrator({ port, config, directory }: SandboxProcess) {
  const { tenantId, subscriptionId, administrator } = config.customers.acme ?? {};
  if (administrator?.kind !== "secret" || tenantId === undefined) throw new Error("acme has no administrator");
  const base = `https://localhost:${port}`;
  const secret = await readFile(join(directory, "secrets/acme-administrator"), "utf8");
  const credential = new ClientSecretCredential(tenantId, administrator.clientId, secret, {
    ...{ authorityHost: base, disableInstanceDiscovery: true },
  });
  const { token } = await credential.getToken(`${base}/arm/.default`);
  const namespace = `/subscriptions/${subscriptionId}/resourceGroups/messaging/providers/Microsoft.ServiceBus/namespaces/acme-bus`;

  async function arm(method: string, path: string, properties?: object) {
    const answer = await fetch(`${base}/arm${namespace}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(properties && { body: JSON.stringify({ properties }) }),
    });
    if (!answer.ok && answer.status !== 409) throw new Error(`${method} ${path}: ${await answer.text()}`);
  }

  await arm("PUT", `/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`, {
    roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.dataOwner}`,
    principalId: String(decodeJwt(token).oid),
    principalType: "ServicePrincipal",
  });
  const bus = new ServiceBusClient("acme-bus.servicebus.localhost", credential, {
    customEndpointAddress: `sb://localhost:${port}`,
    retryOptions: { maxRetries: 0, timeoutInMs: 10_000 },
  });
  return {
    bus,
    makeQueue: (name: string, properties: object = {}) =>
      arm("PUT", `/queues/${name}?api-version=2021-11-01`, properties),
    deleteQueue: (name: string) => arm("DELETE", `/queues/${name}?api-version=2021-11-01`),
    [Symbol.asyncDispose]: () => bus.close(),
  };
}
