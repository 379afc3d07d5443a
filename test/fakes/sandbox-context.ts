import { readFile } from "node:fs/promises";
import type { SandboxProcess } from "../../sandbox/test/sandbox-process.ts";
import type { Context } from "../../src/cli/context.ts";
import { grant } from "../../src/commands/grant.ts";
import { onboard } from "../../src/commands/onboard/onboard-steps.ts";
import { createAzureServices } from "../../src/lib/azure/azure-services.ts";
import { parseConfig } from "../../src/lib/config/config.ts";
import { type CustomerName, parseCustomerName } from "../../src/lib/domain/customer.ts";
import { noTelemetry } from "../../src/lib/telemetry/telemetry.ts";
import { fakeTerminal } from "./terminal.ts";

/** A context over a running sandbox, whose named customers have given their consent and a role. */
export async function sandboxContext(sandbox: SandboxProcess, ...names: readonly string[]): Promise<Context> {
  const document = JSON.parse(await readFile(sandbox.configFile, "utf8"));
  // Tests also write statuses and read commands as the provider.
  for (const customer of Object.values<Record<string, unknown>>(document.customers)) customer.access = "data-owner";
  const config = parseConfig(document, sandbox.configFile);
  if (!("provider" in config)) throw new Error(JSON.stringify(config));
  const log = { ask: () => {}, info: () => {}, debug: () => {} };
  const file = { read: async () => config, change: () => Promise.reject(new Error("unchanged")) };
  const terminal = fakeTerminal();
  const azure = createAzureServices(file.read, { env: {}, log });
  const context = { azure, config: file, log, terminal, telemetry: noTelemetry, signal: terminal.signal };
  for (const name of names.map(parseCustomerName)) await admit(context, name);
  return context;
}

async function admit(context: Context, name: CustomerName): Promise<void> {
  await Array.fromAsync(onboard(context, name, { provision: true, timeout: 10_000 }));
  await Array.fromAsync(grant(context, name, { wait: 10_000 }));
}
