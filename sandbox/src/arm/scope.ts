import type { Model, Namespace, Queue, ResourceGroup, Subscription } from "../model.ts";
import { ArmError } from "./arm-error.ts";

/** What an ARM id names. */
export type Scope =
  | { readonly kind: "subscription"; readonly subscription: Subscription }
  | { readonly kind: "group"; readonly group: ResourceGroup }
  | { readonly kind: "namespace"; readonly group: ResourceGroup; readonly namespace: Namespace }
  | {
      readonly kind: "queue";
      readonly group: ResourceGroup;
      readonly namespace: Namespace;
      readonly queue: Queue;
    };

const serviceBus = "/providers/microsoft.servicebus/namespaces";

/** The subscription that an id begins with and the tenant that it trusts. Throws SubscriptionNotFound. */
export function findSubscription(model: Model, id: string) {
  const subscriptionId = id.match(/^\/subscriptions\/([^/]+)/)?.[1] ?? "";
  for (const tenant of model.tenants.values()) {
    const subscription = tenant.subscriptions.get(subscriptionId);
    if (subscription !== undefined) return { tenant, subscription };
  }
  throw new ArmError(404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`);
}

/** What a lower-case id names. Throws ResourceGroupNotFound or ResourceNotFound. */
export function findScope(subscription: Subscription, id: string): Scope {
  const [, groupName, rest = ""] = id.match(/^\/subscriptions\/[^/]+(?:\/resourcegroups\/([^/]+)(\/.+)?)?$/) ?? [];
  if (groupName === undefined) {
    if (id === `/subscriptions/${subscription.id}`) return { kind: "subscription", subscription };
    throw resourceNotFound(id);
  }
  const group = subscription.resourceGroups.get(groupName);
  if (group === undefined)
    throw new ArmError(404, "ResourceGroupNotFound", `Resource group '${groupName}' could not be found.`);
  return rest === "" ? { kind: "group", group } : findResource(group, rest);
}

function findResource(group: ResourceGroup, rest: string): Scope {
  const path = rest.startsWith(`${serviceBus}/`) ? rest.slice(serviceBus.length + 1) : "";
  const [, namespaceName = "", queueName] = path.match(/^([^/]+)(?:\/queues\/(.+))?$/) ?? [];
  const namespace = group.namespaces.get(namespaceName);
  if (namespace === undefined) throw resourceNotFound(rest, group);
  if (queueName === undefined) return { kind: "namespace", group, namespace };
  const queue = namespace.queues.get(queueName.replaceAll("~", "/"));
  if (queue === undefined) throw resourceNotFound(rest, group);
  return { kind: "queue", group, namespace, queue };
}

const resourceNotFound = (path: string, group?: ResourceGroup): ArmError =>
  new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${path.replace(/^\/providers\//, "")}'${group === undefined ? "" : ` under resource group '${group.name}'`} was not found.`,
  );

/** Throws ResourceGroupNotFound. */
export function findGroup(subscription: Subscription, id: string): ResourceGroup {
  const scope = findScope(subscription, id);
  if (scope.kind === "group") return scope.group;
  throw resourceNotFound(id);
}

/** Throws ResourceNotFound. */
export function findNamespace(subscription: Subscription, id: string) {
  const scope = findScope(subscription, id);
  if (scope.kind === "namespace") return scope;
  throw resourceNotFound(id);
}

/** Throws ResourceNotFound. */
export function findQueue(subscription: Subscription, id: string) {
  const scope = findScope(subscription, id);
  if (scope.kind === "queue") return scope;
  throw resourceNotFound(id);
}

/** Ids have `~` where a queue's name has `/`: there, a slash parts types from names. */
export const queueResourceId = ({ resourceId }: Namespace, name: string): string =>
  `${resourceId}/queues/${name.replaceAll("/", "~")}`;

/** An id as Azure writes it; the model's are lower case. */
export const properCase = (id: string): string =>
  id.replace("/resourcegroups/", "/resourceGroups/").replace("/microsoft.servicebus/", "/Microsoft.ServiceBus/");
