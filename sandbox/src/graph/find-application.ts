import type { Environment } from "../environment.ts";
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

type Replicas = Pick<Environment, "faults" | "now">;

/** Throws Request_ResourceNotFound, also where the replica that answers does not know the app yet. */
export function findApplication(replicas: Replicas, tenant: Tenant, key: string): Application {
  const application = lookUp(tenant, key);
  if (application === undefined || isMissed(replicas, application)) throw notFound(key);
  return application;
}

/** How many requests were about each new app. */
const requests = new WeakMap<Application, number>();

/** Of two replicas, one knows a new app, and the other does not. They answer in turn. */
export function isMissed({ faults, now }: Replicas, application: Application): boolean {
  const age = now().getTime() - application.createdAt.getTime();
  if (age >= faults.scenario.applicationDelay) return false;
  const count = (requests.get(application) ?? 0) + 1;
  requests.set(application, count);
  return count % 2 === 1;
}
