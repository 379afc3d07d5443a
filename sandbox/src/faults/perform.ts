import { deleteServicePrincipal } from "../directory.ts";
import type { Environment } from "../environment.ts";
import { namespaceSuffix } from "../http.ts";
import { findNamespace, type ServicePrincipal, type Tenant } from "../model.ts";
import type { FaultTarget } from "../service-bus/faults/bus-faults.ts";
import type { Action } from "./action.ts";

/** No tenant or namespace of the sandbox is called so. */
export class NoSuchName extends Error {}

/** Performs the action on the cloud, and makes the broker check its links again. */
export async function perform(environment: Environment, action: Action): Promise<void> {
  const { keys, recheckLinks } = environment;
  switch (action.do) {
    case "revoke-roles":
    case "withdraw-consent":
    case "disable-principals":
    case "enable-principals":
      changeDirectory(environment, action);
      break;
    case "roll-keys":
      await keys.roll(action);
      break;
    case "close-firewall":
    case "open-firewall":
      namespaceCalled(environment, action.namespace).firewall = action.do === "close-firewall" ? "closed" : "open";
      break;
    default:
      disturb(environment, action);
  }
  recheckLinks();
}

type DirectoryAction = Extract<Action, { readonly tenant: string }>;

function changeDirectory(environment: Environment, action: DirectoryAction): void {
  const tenant = tenantCalled(environment, action.tenant);
  for (const principal of foreignPrincipals(tenant)) {
    if (action.do === "revoke-roles") revoke(tenant, principal);
    else if (action.do === "withdraw-consent") deleteServicePrincipal(environment.model, tenant, principal);
    else principal.accountEnabled = action.do === "enable-principals";
  }
}

type Disturbance = Exclude<Action, DirectoryAction | { readonly do: "roll-keys" | "close-firewall" | "open-firewall" }>;

function disturb(environment: Environment, action: Disturbance): void {
  const { bus, now } = environment;
  const target: FaultTarget = {
    host: action.namespace === undefined ? undefined : namespaceCalled(environment, action.namespace).host,
    queue: "queue" in action ? action.queue : undefined,
  };
  const until = (milliseconds: number) => now().getTime() + milliseconds;
  switch (action.do) {
    case "throttle-bus":
      bus.throttle(target, until(action.for));
      break;
    case "fill-queue":
      bus.fillQueue(target, until(action.for));
      break;
    case "stall":
      bus.stall(target, until(action.for));
      break;
    case "drop-links":
      bus.dropLinks(target);
      break;
    case "drop-connections":
      bus.dropConnections(target);
      break;
    case "close-mid-transfer":
      bus.closeMidTransfer(target, action.times);
      break;
    case "lose-acknowledgement":
      bus.loseAcknowledgement(target, action.times);
  }
}

function revoke({ roleAssignments }: Tenant, { id }: ServicePrincipal): void {
  for (const [name, { principalId }] of roleAssignments) if (principalId === id) roleAssignments.delete(name);
}

/** Service principals of apps that other companies registered. */
const foreignPrincipals = ({ id, servicePrincipals }: Tenant) =>
  [...servicePrincipals.values()].filter(({ appOwnerOrganizationId }) => appOwnerOrganizationId !== id);

function tenantCalled({ model }: Environment, name: string): Tenant {
  const wanted = name.toLowerCase();
  for (const tenant of model.tenants.values())
    if ([tenant.id, tenant.domain, tenant.domain.split(".")[0]].includes(wanted)) return tenant;
  throw new NoSuchName(`the sandbox has no tenant '${name}'`);
}

function namespaceCalled({ model }: Environment, name: string) {
  const found = findNamespace(model, name.includes(".") ? name : `${name}${namespaceSuffix}`);
  if (found === undefined) throw new NoSuchName(`the sandbox has no namespace '${name}'`);
  return found.namespace;
}
