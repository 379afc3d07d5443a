import type { Application, Tenant } from "../model.ts";
import { notFound } from "./graph-error.ts";

/** An app of this tenant by object id, `appId=…` or `uniqueName=…`, as the path rewriting leaves a key. */
export function lookUp({ applications }: Tenant, key: string): Application | undefined {
  const [, property, value = ""] = key.match(/^(appId|uniqueName)=(.*)$/) ?? [];
  if (property === undefined) return applications.get(key.toLowerCase());
  return applications
    .values()
    .find(({ appId, uniqueName }) => (property === "appId" ? appId === value.toLowerCase() : uniqueName === value));
}

/** Throws Request_ResourceNotFound. */
export function findApplication(tenant: Tenant, key: string): Application {
  const application = lookUp(tenant, key);
  if (application === undefined) throw notFound(key);
  return application;
}
