import type { CloudEndpoints } from "../src/lib/domain/cloud-endpoints.ts";
import { removeDebugVariables } from "./debug-variables.ts";
import { exemptLoopback, unifyProxyVariables } from "./proxy-variables.ts";
import { trustSandbox, usesBackgroundSandbox } from "./trust-sandbox.ts";

type Log = { readonly info: (line: string) => void };

/**
 * The changes to this process that must be made before a client of Azure is loaded. The library changes nothing of its
 * process: it calls this hook when it knows the cloud, and a program that uses the library decides for itself.
 */
export function prepareProcess(env: NodeJS.ProcessEnv, log: Log): (cloud: CloudEndpoints) => Promise<void> {
  let prepared: Promise<void> | undefined;
  const prepare = async (cloud: CloudEndpoints) => {
    removeDebugVariables(env, log);
    if (usesBackgroundSandbox(cloud, env)) exemptLoopback(env);
    unifyProxyVariables(env);
    await trustSandbox(cloud, env);
  };
  return (cloud) => (prepared ??= prepare(cloud));
}
