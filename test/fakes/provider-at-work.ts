import type { Context } from "../../src/cli/context.ts";
import { parseCustomerName, type TenantId } from "../../src/lib/domain/customer.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { configOnDisk } from "./config-on-disk.ts";
import { configOf, threeCustomers } from "./context.ts";
import { createMemoryCloud } from "./memory-cloud.ts";
import { fakeTerminal } from "./terminal.ts";

/**
 * The provider's administrator over the memory services, with a config on disk that changes. Acme and fabrikam have
 * consented.
 */
export async function providerAtWork({ credential }: { readonly credential?: object } = {}) {
  const { provider, ...rest } = threeCustomers;
  const disk = await configOnDisk({ ...rest, provider: { ...provider, ...(credential && { credential }) } });
  const memory = createMemoryCloud();
  const said: string[] = [];
  const { customers } = configOf(threeCustomers);
  const tenant = (name: string): TenantId => {
    const customer = customers.get(parseCustomerName(name));
    if (customer === undefined) throw new Error(name);
    return customer.tenantId;
  };
  for (const name of ["acme", "fabrikam"]) {
    const customer = customers.get(parseCustomerName(name));
    if (customer) await (await memory.cloud.directory(customer)).provisionServicePrincipal(memory.apps.clientId);
  }
  /** As in another process: reads the config again. */
  const context = (): Context => {
    const terminal = fakeTerminal({ workingDirectory: disk.path });
    const log = { ask: () => {}, info: (line: string) => said.push(line), debug: () => {} };
    return { azure: memory.cloud, config: disk.open(), log, terminal, telemetry: noTelemetry, signal: terminal.signal };
  };
  const credentials = async () =>
    (await memory.apps.registrations.find({ clientId: memory.apps.clientId }))?.credentials ?? [];
  const configured = async () => JSON.parse(await disk.text()).provider.credential;
  return { ...disk, memory, said, tenant, context, credentials, configured };
}
