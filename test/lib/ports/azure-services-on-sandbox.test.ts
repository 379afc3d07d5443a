import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { remakeQueue } from "../../../sandbox/test/remake-queue.ts";
import { startSandboxProcess } from "../../../sandbox/test/sandbox-process.ts";
import { createAzureServices } from "../../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { parseNamespaceHost } from "../../../src/lib/domain/customer.ts";
import { createCustomerHealthTracker } from "../../../src/lib/telemetry/customer-health.ts";
import { observeAzureServices } from "../../../src/lib/telemetry/observe-azure-services.ts";
import { configOf, threeCustomers } from "../../fakes/context.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { registrationsContract } from "./app-registrations.contract.ts";
import { cloudContract, type Setup } from "./azure-services.contract.ts";

const own = (suffix: string) => ({ namespace: parseNamespaceHost(`contoso-bus.${suffix}`, suffix), queue: "statuses" });

/** The shortest lock that Service Bus allows, and the lock of a queue in memory. */
const sandboxLock = 5_000;
const memoryLock = 60_000;

const inMemory = async (): Promise<Setup> => {
  const { cloud: azure, requireSessions, clock } = createMemoryCloud();
  return {
    azure,
    config: configOf(threeCustomers),
    own: own("servicebus.windows.net"),
    requireSessions: async (customer) => requireSessions(customer, customer.statusQueue),
    passTime: async (milliseconds) => clock.advance((milliseconds / sandboxLock) * memoryLock),
    close: async () => {},
  };
};

/** An observer changes nothing. */
const observedInMemory = async (): Promise<Setup> => {
  const setup = await inMemory();
  const { observer } = createCustomerHealthTracker([...setup.config.customers.values()]);
  return { ...setup, azure: observeAzureServices(setup.azure, async () => observer) };
};

const onSandbox = async (): Promise<Setup> => {
  const sandbox = await startSandboxProcess();
  const config = parseConfig(JSON.parse(await readFile(sandbox.configFile, "utf8")), sandbox.configFile);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  await remakeQueue(sandbox, "tailspin", "statuses", { lockDuration: `PT${sandboxLock / 1_000}S` });
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  return {
    azure: createAzureServices(async () => config, { env: {}, log }),
    config,
    own: own(config.cloud.serviceBusSuffix),
    requireSessions: ({ name, statusQueue }) => remakeQueue(sandbox, name, statusQueue, { requiresSession: true }),
    passTime: (milliseconds) => sleep(milliseconds),
    close: sandbox.stop,
  };
};

for (const contract of [cloudContract, registrationsContract]) {
  contract("the cloud in memory", inMemory);
  contract("the cloud in memory, observed", observedInMemory);
  contract("Azure's SDKs on the sandbox", onSandbox);
}
