import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configDocument } from "../sandbox/src/config-document.ts";
import { admit } from "../sandbox/src/directory.ts";
import { type SeededCustomer, seedCustomer } from "../sandbox/src/seed/customer.ts";
import { assign, roles } from "../sandbox/src/seed/namespace.ts";
import type { Sandbox } from "../sandbox/src/start.ts";

/**
 * A number of customers, `customer-1`, `customer-2`, …, each with its own namespace. They consented to the app and
 * assigned it all rights on their queues. Beside the config, `swapped.json` reads the command queues.
 */
export function seedFleet({ inside, port }: Sandbox, directory: string, count: number): readonly SeededCustomer[] {
  const { model, faults, seeded } = inside;
  const now = new Date();
  const customers = Array.from({ length: count }, (_, index) => {
    const customer = seedCustomer(`customer-${index + 1}`, "westeurope", now);
    const { tenant, namespace } = customer;
    model.tenants.set(tenant.id, tenant);
    const principal = admit({ now: () => now, faults }, tenant, seeded.provider);
    for (const roleId of [roles.dataSender, roles.dataReceiver])
      assign(tenant, { scope: namespace.resourceId, roleId, principal, now });
    return customer;
  });
  const document = configDocument({ ...seeded, customers }, port);
  const swapped = Object.entries(document.customers ?? {}).map(([name, customer]) => [
    name,
    { ...customer, commandQueue: "statuses", statusQueue: "commands" },
  ]);
  const write = (name: string, own: object) => {
    const credential = { kind: "secret", secretFile: "secrets/provider" };
    const text = JSON.stringify({ ...document, ...own, provider: { ...document.provider, credential } });
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  };
  write("xtenant.json", {});
  write("swapped.json", { customers: Object.fromEntries(swapped) });
  return customers;
}
