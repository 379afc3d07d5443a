import { stat } from "node:fs/promises";
import { retry } from "../concurrency/retry.ts";
import type { Config } from "../config/config.ts";
import { type AppRegistration, replicationMilliseconds } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { AppRegistrations } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** The app that the config names, and the service that changes it. */
export type ProviderApp = {
  readonly config: Config;
  readonly registrations: AppRegistrations;
  readonly app: AppRegistration;
};

const backoff = { first: 500, longest: 5_000, factor: 1.5 };

/**
 * Throws Failure "notFound" when the provider's tenant has no registration with the config's client id. A directory does not
 * show a new app at once. The config names an app only after its creation, so a config that has just changed may name a new one.
 */
export async function findProviderApp({ azure, config: file, log, signal }: UseCaseContext): Promise<ProviderApp> {
  const config = await file.read();
  const { clientId, tenantId } = config.provider;
  const registrations = await azure.appRegistrations(config);
  const mayAppearUntil = (await changedAt(config.file)) + replicationMilliseconds;
  const find = async () => {
    const found = await registrations.find({ clientId });
    if (found) return found;
    throw new Failure("AppNotFound", `tenant ${tenantId} has no app registration with client id ${clientId}`);
  };
  const app = await retry(find, {
    backoff,
    signal,
    shouldRetry: (error, _attempt, pause) => {
      const isNotFound = error instanceof Failure && error.code === "AppNotFound";
      if (!isNotFound || Date.now() + pause > mayAppearUntil) return false;
      log.info(`the directory does not show app ${clientId}; it may be new: waiting`);
      return true;
    },
  });
  return { config, registrations, app };
}

/** Milliseconds since 1970; 0 for a config without a file. */
const changedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
