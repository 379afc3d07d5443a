import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configDocument } from "../src/sandbox/config-document.ts";
import { admit } from "../src/sandbox/directory.ts";
import { seedCustomer } from "../src/sandbox/seed/customer.ts";
import { assign, roles } from "../src/sandbox/seed/namespace.ts";
import { startSandbox } from "../src/sandbox/start.ts";

/**
 * A sandbox with so many Customers, each with its namespace, that have admitted the app and let it do everything with their
 * queues. Beside the config, `swapped.json` reads the command queues. Usage: node bench/cloud.ts <folder> <customers>;
 * ends when standard input does.
 */
const [directory = ".", count = "1"] = process.argv.slice(2);
const { port, inside, close } = await startSandbox({ directory, port: 0, roleDelay: 0, log: () => {} });
const { model, faults, seeded } = inside;
const now = new Date();
const customers = Array.from({ length: Number(count) }, (_, index) => {
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
process.stdout.write(`${JSON.stringify({ port })}\n`);
process.stdin.resume();
await once(process.stdin, "end");
await close();
