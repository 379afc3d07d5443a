import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SBQueue, ServiceBusManagementClient } from "@azure/arm-servicebus";
import { ClientSecretCredential } from "@azure/identity";
import type { SandboxProcess } from "./sandbox-process.ts";

/** An empty queue in the place of a Customer's, with other settings: some cannot be changed after a queue is made. */
export async function remakeQueue(
  { config, directory, port }: Pick<SandboxProcess, "config" | "directory" | "port">,
  name: string,
  queue: string,
  settings: SBQueue,
): Promise<void> {
  const customer = config.customers[name];
  if (customer?.administrator?.kind !== "secret") throw new Error(`the config gives ${name}'s administrator no secret`);
  const base = `https://localhost:${port}`;
  const secret = await readFile(join(directory, "secrets", `${name}-administrator`), "utf8");
  const { queues } = new ServiceBusManagementClient(
    new ClientSecretCredential(customer.tenantId, customer.administrator.clientId, secret, {
      authorityHost: base,
      disableInstanceDiscovery: true,
    }),
    customer.subscriptionId ?? "",
    { endpoint: `${base}/arm`, credentialScopes: [`${base}/arm/.default`] },
  );
  await queues.delete("messaging", `${name}-bus`, queue);
  await queues.createOrUpdate("messaging", `${name}-bus`, queue, settings);
}
