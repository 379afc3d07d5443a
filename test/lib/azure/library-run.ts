import { readFile } from "node:fs/promises";
import { getCACertificates } from "node:tls";
import { createAzureServices } from "../../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../../src/lib/config/config.ts";
import { findCustomer } from "../../../src/lib/config/select-customers.ts";
import { parseCustomerName } from "../../../src/lib/domain/customer.ts";

/**
 * Uses the library as another program would, against the sandbox whose config is the argument, and prints what was
 * different in the process before and after.
 */
const processState = () => ({
  environment: { ...process.env },
  globals: Reflect.ownKeys(globalThis).map(String).sort(),
  authorities: getCACertificates("default").length,
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  workingDirectory: process.cwd(),
});

// The helpers that the SDKs define when they load are theirs.
await Promise.all([
  import("@azure/identity"),
  import("@azure/service-bus"),
  import("@azure/arm-authorization"),
  import("@microsoft/microsoft-graph-client"),
]);
const before = processState();
const [file = ""] = process.argv.slice(2);
const config = parseConfig(JSON.parse(await readFile(file, "utf8")), file);
if (!("provider" in config)) throw new Error(JSON.stringify(config));
const log = { ask: () => {}, info: () => {}, debug: () => {} };
const azure = createAzureServices(async () => config, { env: {}, log });
const acme = findCustomer(config, parseCustomerName("acme"));
await (await azure.directory(acme)).provisionServicePrincipal(config.provider.clientId);
const { tenantId } = await azure.signIn(acme);
{
  await using _connection = await azure.connectAsProvider(acme);
}
process.stdout.write(JSON.stringify({ tenantId, before, after: processState() }));
process.exit();
