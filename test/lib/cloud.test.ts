import { readFile } from "node:fs/promises";
import { azureCloud } from "../../src/lib/azure/cloud.ts";
import { createFleet } from "../../src/lib/telemetry/fleet.ts";
import { observed } from "../../src/lib/telemetry/observed-cloud.ts";
import { parseConfig } from "../../src/lib/tenancy/config.ts";
import { namespaceHost } from "../../src/lib/tenancy/customer.ts";
import { configOf, threeCustomers } from "../fakes/context.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { remakeQueue } from "../sandbox/remake-queue.ts";
import { startSandboxProcess } from "../sandbox/sandbox-process.ts";
import { cloudContract, type Setup } from "./cloud.contract.ts";
import { registrationsContract } from "./registrations.contract.ts";

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
