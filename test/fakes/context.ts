import type { Context } from "../../src/cli/context.ts";
import type { Config } from "../../src/lib/config/config.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import type { ConfigDocument } from "../../src/lib/config/config-schema.ts";
import { findCustomer } from "../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../src/lib/domain/customer.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { createMemoryCloud } from "./memory-cloud.ts";
import { fakeTerminal } from "./terminal.ts";

const tenantIds = {
  acme: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
  fabrikam: "ffffffff-ffff-4fff-8fff-ffffffffffff",
  tailspin: "77777777-7777-4777-8777-777777777777",
} as const;

/** A provider with three customers without consent. */
export const threeCustomers = {
  provider: {
    tenantId: "11111111-1111-4111-8111-111111111111",
    clientId: "22222222-2222-4222-8222-222222222222",
    credential: { kind: "managed-identity" },
  },
  customers: Object.fromEntries(
    Object.entries(tenantIds).map(([name, tenantId]) => [
      name,
      {
        tenantId,
        namespace: `${name}-bus.servicebus.windows.net`,
        subscriptionId: tenantId,
        resourceGroup: "messaging",
        // A test that moves messages of both queues needs it.
        access: "data-owner",
        responder: { kind: "managed-identity" },
      },
    ]),
  ),
};

/** The same with many customers, `customer-1` and so on. */
export const manyCustomers = (count: number) => ({
  ...threeCustomers,
  customers: Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const tenantId = `aaaaaaaa-aaaa-4aaa-8aaa-${String(index).padStart(12, "0")}`;
      const namespace = `customer-${index + 1}-bus.servicebus.windows.net`;
      return [`customer-${index + 1}`, { tenantId, namespace, subscriptionId: tenantId, resourceGroup: "messaging" }];
    }),
  ),
});

export function configOf(document: unknown): Config {
  const config = parseConfig(document, "/srv/xtenant.json");
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  return config;
}

/** A context over the memory services. `stop` aborts its signal. */
export function fakeContext(initial: unknown = threeCustomers) {
  const memory = createMemoryCloud();
  let document = initial as ConfigDocument;
  let config = configOf(document);
  const stop = new AbortController();
  const said: string[] = [];
  const terminal = fakeTerminal({ signal: stop.signal });
  const context: Context = {
    azure: memory.cloud,
    config: {
      read: async () => config,
      change: async (edit, { dryRun } = { dryRun: false }) => {
        const edited = edit(document);
        const changed = configOf(edited);
        if (!dryRun) [document, config] = [edited, changed];
        return changed;
      },
    },
    log: { ask: () => {}, info: (line) => said.push(line), debug: () => {} },
    terminal,
    telemetry: noTelemetry,
    signal: stop.signal,
  };
  const customer = (name: string) => findCustomer(config, parseCustomerName(name));
  return { context, memory, stop, said, terminal, customer };
}
