import { readFile } from "node:fs/promises";
import { azureCloud } from "../../src/lib/azure/cloud.ts";
import { parseConfig } from "../../src/lib/tenancy/config.ts";
import { namespaceHost } from "../../src/lib/tenancy/customer.ts";
import { configOf, threeCustomers } from "../fakes/context.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { remakeQueue } from "../sandbox/remake-queue.ts";
import { startSandboxProcess } from "../sandbox/sandbox-process.ts";
import { cloudContract } from "./cloud.contract.ts";

const own = (suffix: string) => ({ namespace: namespaceHost(`contoso-bus.${suffix}`, suffix), queue: "statuses" });

cloudContract("the cloud in memory", async () => {
  const { cloud, requireSessions } = createMemoryCloud();
  return {
    cloud,
    config: configOf(threeCustomers),
    own: own("servicebus.windows.net"),
    requireSessions: async (customer) => requireSessions(customer, customer.statusQueue),
    close: async () => {},
  };
});

cloudContract("Azure's SDKs on the sandbox", async () => {
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
});
