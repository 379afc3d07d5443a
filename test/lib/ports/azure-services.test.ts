import { readFile } from "node:fs/promises";
import { remakeQueue } from "../../../sandbox/test/remake-queue.ts";
import { startSandboxProcess } from "../../../sandbox/test/sandbox-process.ts";
import { azureCloud } from "../../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { namespaceHost } from "../../../src/lib/domain/customer.ts";
import { createFleet } from "../../../src/lib/telemetry/customer-health.ts";
import { observed } from "../../../src/lib/telemetry/observe-azure-services.ts";
import { configOf, threeCustomers } from "../../fakes/context.ts";
import { createMemoryCloud } from "../../fakes/memory-cloud.ts";
import { registrationsContract } from "./app-registrations.contract.ts";
import { cloudContract, type Setup } from "./azure-services.contract.ts";

const own = (suffix: string) => ({ namespace: namespaceHost(`contoso-bus.${suffix}`, suffix), queue: "statuses" });

const inMemory = async (): Promise<Setup> => {
  const { cloud, requireSessions } = createMemoryCloud();
  return {
    cloud,
    config: configOf(threeCustomers),
    own: own("servicebus.windows.net"),
    requireSessions: async (customer) => requireSessions(customer, customer.statusQueue),
    close: async () => {},
  };
};

/** Whoever looks on changes nothing. */
const observedInMemory = async (): Promise<Setup> => {
  const setup = await inMemory();
  const { observer } = createFleet([...setup.config.customers.values()]);
  return { ...setup, cloud: observed(setup.cloud, async () => observer) };
};

const onSandbox = async (): Promise<Setup> => {
  const sandbox = await startSandboxProcess();
  const config = parseConfig(JSON.parse(await readFile(sandbox.configFile, "utf8")), sandbox.configFile);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  return {
    cloud: azureCloud(async () => config, { env: {}, log }),
    config,
    own: own(config.cloud.serviceBusSuffix),
    requireSessions: ({ name, statusQueue }) => remakeQueue(sandbox, name, statusQueue, { requiresSession: true }),
    close: sandbox.stop,
  };
};

for (const contract of [cloudContract, registrationsContract]) {
  contract("the cloud in memory", inMemory);
  contract("the cloud in memory, observed", observedInMemory);
  contract("Azure's SDKs on the sandbox", onSandbox);
}
