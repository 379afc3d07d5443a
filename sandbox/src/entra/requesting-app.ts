import type { Registration } from "../directory.ts";
import type { Environment } from "../environment.ts";
import { findServicePrincipal, type Tenant } from "../model.ts";
import { EntraError } from "./entra-error.ts";
import { findRegistration } from "./find-registration.ts";

/** An app that asks a person for something: Microsoft's own command line, or a registration of one of the tenants. */
export type RequestingApp = {
  readonly appId: string;
  readonly displayName: string;
  readonly publisher: string;
  readonly redirectUris: readonly string[];
  /** Undefined for the public client that every tenant knows. */
  readonly registration: Registration | undefined;
};

/** The Azure CLI's app, which @azure/identity takes for people unless it is given another; it has no secret. */
const azureCli: RequestingApp = {
  appId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
  displayName: "Microsoft Azure CLI",
  publisher: "Microsoft Services",
  redirectUris: ["http://localhost"],
  registration: undefined,
};

/** Throws what `findRegistration` throws. */
export function findRequestingApp(
  environment: Environment,
  clientId: string,
  tenant: Tenant | undefined,
): RequestingApp {
  if (clientId.toLowerCase() === azureCli.appId) return azureCli;
  const registration = findRegistration(environment, clientId, tenant);
  return { ...registration.application, publisher: registration.tenant.displayName, registration };
}

export const isAdmitted = ({ appId, registration }: RequestingApp, tenant: Tenant): boolean =>
  registration === undefined || findServicePrincipal(tenant, appId) !== undefined;

/** The redirect URI that was asked for, or the first registered one. Throws 50011 when it is not registered. */
export function redirectUriOf(
  { appId, redirectUris: [first, ...others] }: RequestingApp,
  wanted: string | undefined,
): string {
  if (wanted === undefined && first !== undefined) return first;
  if (wanted !== undefined && [first, ...others].some((known) => known !== undefined && isSameUri(known, wanted)))
    return wanted;
  throw new EntraError(
    50011,
    `The redirect URI '${wanted ?? ""}' specified in the request does not match the redirect URIs configured for the application '${appId}'.`,
  );
}

/** Exact, but for the port of localhost (Entra, redirect URI restrictions). */
function isSameUri(known: string, wanted: string): boolean {
  if (!URL.canParse(wanted)) return false;
  const [one, other] = [new URL(known), new URL(wanted)];
  if (one.hostname === "localhost") one.port = "";
  if (other.hostname === "localhost") other.port = "";
  return one.href === other.href;
}
