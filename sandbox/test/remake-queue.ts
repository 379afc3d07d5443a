import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SBQueue, ServiceBusManagementClient } from "@azure/arm-servicebus";
import { ClientSecretCredential } from "@azure/identity";
import type { SandboxProcess } from "./sandbox-process.ts";

type Sandbox = Pick<SandboxProcess, "config" | "directory" | "port">;

/** An empty queue in the place of a customer's, with other settings: some cannot be changed after a queue is made. */
export async function remakeQueue(sandbox: Sandbox, name: string, queue: string, settings: SBQueue): Promise<void> {
  const queues = await queuesOf(sandbox, name);
  await queues.delete("messaging", `${name}-bus`, queue);
  await queues.createOrUpdate("messaging", `${name}-bus`, queue, settings);
}

/** More queues in a customer's namespace, with the settings that queues have by default. */
export async function makeQueues(sandbox: Sandbox, name: string, made: readonly string[]): Promise<void> {
  const queues = await queuesOf(sandbox, name);
  for (const queue of made) await queues.createOrUpdate("messaging", `${name}-bus`, queue, {});
}

/** The queues of a customer's namespace, as its administrator. */
async function queuesOf({ config, directory, port }: Sandbox, name: string) {
  const customer = config.customers[name];
  if (customer?.administrator?.kind !== "secret") throw new Error(`the config gives ${name}'s administrator no secret`);
  const base = `https://localhost:${port}`;
  const secret = await readFile(join(directory, "secrets", `${name}-administrator`), "utf8");
  const client = new ServiceBusManagementClient(
    new ClientSecretCredential(customer.tenantId, customer.administrator.clientId, secret, {
      authorityHost: base,
      disableInstanceDiscovery: true,
    }),
    customer.subscriptionId ?? "",
    { endpoint: `${base}/arm`, credentialScopes: [`${base}/arm/.default`] },
  );
  return client.queues;
}
