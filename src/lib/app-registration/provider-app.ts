import type { Config } from "../config/config.ts";
import type { AppRegistration } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { AppRegistrations } from "../ports/azure-services.ts";
import type { UseCaseContext } from "../ports/use-case-context.ts";

/** The app that the config names, and the service that changes it. */
export type ProviderApp = {
  readonly config: Config;
  readonly registrations: AppRegistrations;
  readonly app: AppRegistration;
};

/** Throws Failure "notFound" when the provider's tenant has no registration with the config's client id. */
export async function findProviderApp({ azure, config: file }: UseCaseContext): Promise<ProviderApp> {
  const config = await file.read();
  const { clientId, tenantId } = config.provider;
  const registrations = await azure.appRegistrations(config);
  const app = await registrations.find({ clientId });
  if (app) return { config, registrations, app };
  throw new Failure("AppNotFound", `tenant ${tenantId} has no app registration with client id ${clientId}`);
}
