import { env as processEnvironment } from "node:process";
import type { ConfigFile } from "./config/config-file.ts";
import { openConfigFile, validate } from "./config/config-file.ts";
import type { FailureClass, FailureDetails, Xtenant, XtenantOptions } from "./entry/api.ts";
import { xtenantOver } from "./entry/create-xtenant.ts";
import { Failure as InternalFailure } from "./errors/failure.ts";
import { lazyAzureServices } from "./ports/lazy-azure-services.ts";
import type { UseCaseContext } from "./ports/use-case-context.ts";
import { noTelemetry } from "./telemetry/telemetry.ts";

export type * from "./entry/api.ts";

/** An expected error. Its code is in the catalog (docs/errors.md). */
export const Failure: FailureClass = InternalFailure;
export type Failure = FailureDetails;

/**
 * The library of xtenant: the provider's and the customer's side of messages between tenants. It reads the config when it is first
 * needed, and changes nothing of its process. For a sandbox, start the process with `NODE_EXTRA_CA_CERTS`.
 */
export function createXtenant({ config, env = processEnvironment, log = () => {} }: XtenantOptions = {}): Xtenant {
  const lines = { ask: log, info: log, debug: () => {} };
  const file = typeof config === "object" ? documentConfig(config) : openConfigFile(searchFor(config, env), lines);
  const azure = lazyAzureServices(async () => {
    const { createAzureServices } = await import("./azure/azure-services.ts");
    return createAzureServices(() => file.read(), { env, log: lines });
  });
  const context: UseCaseContext = {
    ...{ azure, config: file, log: lines },
    telemetry: noTelemetry,
    signal: new AbortController().signal,
  };
  return xtenantOver(context);
}

const searchFor = (option: string | undefined, env: NonNullable<XtenantOptions["env"]>) => ({
  option,
  env,
  workingDirectory: ".",
});

/** A config that is not in a file cannot be changed. Paths in it are those of the working directory. */
function documentConfig(document: object): ConfigFile {
  const read = validate(document, "the config");
  read.catch(() => {});
  return {
    read: () => read,
    change: () => Promise.reject(new Error("a config that is not in a file cannot be changed")),
  };
}
