import { readFile } from "node:fs/promises";
import { azureCloud } from "../../src/lib/azure/cloud.ts";
import { parseConfig } from "../../src/lib/tenancy/config.ts";
import { configOf, threeCustomers } from "../fakes/context.ts";
import { createMemoryCloud } from "../fakes/memory-cloud.ts";
import { startSandboxProcess } from "../sandbox/sandbox-process.ts";
import { cloudContract } from "./cloud.contract.ts";

cloudContract("the cloud in memory", async () => ({
  cloud: createMemoryCloud().cloud,
  config: configOf(threeCustomers),
  close: async () => {},
}));

cloudContract("Azure's SDKs on the sandbox", async () => {
  const sandbox = await startSandboxProcess();
  const config = parseConfig(JSON.parse(await readFile(sandbox.configFile, "utf8")), sandbox.configFile);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  return { cloud: azureCloud(async () => config, { env: {}, log }), config, close: sandbox.stop };
});
