import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import rhea from "rhea";
import { admit } from "../../sandbox/src/directory.ts";
import { namespacesOf, type Queue, type QueueSettings, type Tenant } from "../../sandbox/src/model.ts";
import { seedCustomer } from "../../sandbox/src/seed/customer.ts";
import type { Inside, Sandbox } from "../../sandbox/src/start.ts";

/** Azure Service Bus Data Owner. */
const dataOwner = "090c5cfd-751d-490a-894a-3ce6f1109419";

/** A customer that consented to the provider's app and assigned its role. */
export type RigCustomer = {
  readonly name: string;
  readonly tenant: Tenant;
  readonly statuses: Queue;
  readonly commands: Queue;
};

/** Prepares the customer for polling. A customer that the seed does not contain is added to the cloud. */
export function readyCustomer(
  { seeded, faults, model }: Inside,
  name: string,
  settings: Partial<QueueSettings>,
): RigCustomer {
  const customer = seeded.customers.find((one) => one.name === name) ?? seedCustomer(name, "eu", new Date());
  const { tenant, namespace } = customer;
  model.tenants.set(tenant.id, tenant);
  const principal = admit({ now: () => new Date(), faults }, tenant, seeded.provider);
  const assignment = `rig-${name}`;
  tenant.roleAssignments.set(assignment, {
    ...{ name: assignment, scope: namespace.resourceId, roleId: dataOwner, principalId: principal.id },
    ...{ principalType: "ServicePrincipal", description: undefined, createdAt: new Date(), effectiveAt: new Date(0) },
  });
  const queue = (called: string) => {
    const found = namespace.queues.get(called);
    if (found === undefined) throw new Error(`${name} has no queue ${called}`);
    found.settings = { ...found.settings, ...settings };
    return found;
  };
  return { name, tenant, statuses: queue("statuses"), commands: queue("commands") };
}

/** The provider's own queue, with duplicate detection, for `--forward contoso-bus/statuses`. */
export function ownQueue({ model }: Inside): Queue {
  const namespaces = model.tenants.values().flatMap(namespacesOf);
  const queue = namespaces.find(({ name }) => name === "contoso-bus")?.queues.get("statuses");
  if (queue === undefined) throw new Error("the provider has no queue");
  queue.settings = { ...queue.settings, requiresDuplicateDetection: true };
  return queue;
}

type Document = {
  readonly cloud: { readonly serviceBusEndpoint: string };
  readonly provider: Record<string, unknown>;
  readonly customers: Record<string, Record<string, unknown>>;
};

/**
 * Writes a config beside the sandbox's own config. It contains the customers, and reaches Service Bus through one of
 * our ports.
 */
export async function writeRigConfig(
  { configFile, inside }: Sandbox,
  {
    port,
    customers,
    provider = {},
  }: { readonly port: number; readonly customers: readonly string[]; readonly provider?: object },
): Promise<string> {
  const document: Document = JSON.parse(await readFile(configFile, "utf8"));
  const known = document.customers;
  const entries = customers.map((name) => {
    const tenant = inside.model.tenants.values().find(({ domain }) => domain === `${name}.example`);
    const like = { ...known.acme, tenantId: tenant?.id, namespace: `${name}-bus.servicebus.localhost` };
    return [name, known[name] ?? like];
  });
  const rigged = {
    ...document,
    cloud: { ...document.cloud, serviceBusEndpoint: `sb://localhost:${port}` },
    provider: { ...document.provider, ...provider },
    customers: Object.fromEntries(entries),
  };
  const file = join(dirname(configFile), "rigged.json");
  await writeFile(file, JSON.stringify(rigged), { mode: 0o600 });
  return file;
}

/** A status as a responder sends it: text in one data section. */
export const encodedMessage = (id: string, body: string): Buffer =>
  rhea.message.encode({
    message_id: id,
    content_type: "text/plain",
    body: rhea.message.data_section(Buffer.from(body)),
  }) as Buffer;
