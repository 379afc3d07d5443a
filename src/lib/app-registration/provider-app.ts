import type { Context } from "../../cli/context.ts";
import type { Config } from "../config/config.ts";
import type { AppRegistration } from "../domain/app-registration.ts";
import { Failure } from "../errors/failure.ts";
import type { Registrations } from "../ports/azure-services.ts";

/** The app that the config names, and the means to change it. */
export type OwnApp = {
  readonly config: Config;
  readonly registrations: Registrations;
  readonly app: AppRegistration;
};

/** Throws Failure "notFound" when the Provider's tenant has no registration of the config's client id. */
export async function ownApp({ cloud, config: file }: Context): Promise<OwnApp> {
  const config = await file.read();
  const { clientId, tenantId } = config.provider;
  const registrations = await cloud.registrations(config);
  const app = await registrations.find({ clientId });
  if (app) return { config, registrations, app };
  throw new Failure("notFound", `tenant ${tenantId} has no app registration with client id ${clientId}`, {
    code: "AppNotFound",
    hint: "xtenant app create --use, or correct provider.clientId and provider.tenantId in the config",
  });
}
