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

/** What a lower-case id names. Throws ResourceGroupNotFound, ResourceNotFound, ParentResourceNotFound or NotFound. */
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
  if (namespace === undefined)
    throw queueName === undefined ? resourceNotFound(rest, group) : parentNotFound(namespaceName);
  if (queueName === undefined) return { kind: "namespace", group, namespace };
  const queue = namespace.queues.get(queueName.replaceAll("~", "/"));
  // the answer of Service Bus itself (Azure/azure-rest-api-specs#1082)
  if (queue === undefined) throw new ArmError(404, "NotFound", `The requested resource ${queueName} does not exist.`);
  return { kind: "queue", group, namespace, queue };
}

const resourceNotFound = (path: string, group?: ResourceGroup): ArmError =>
  new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${path.replace(/^\/providers\//, "")}'${group === undefined ? "" : ` under resource group '${group.name}'`} was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

/** What is below a namespace that is not there (Azure/azure-cli#17131). */
const parentNotFound = (namespace: string): ArmError =>
  new ArmError(
    404,
    "ParentResourceNotFound",
    `Can not perform requested operation on nested resource. Parent resource '${namespace}' not found.`,
  );

/**
 * Throws for a scope of role assignments that is not there. Resource Manager knows namespaces, and does not ask Service Bus for
 * their queues (Azure/azure-powershell#3771).
 */
export function checkScope(subscription: Subscription, id: string): void {
  findScope(subscription, id.replace(/(?<=\/namespaces\/[^/]+)\/queues\/[^/]+$/, ""));
}

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

/** The namespace with this id, for a request about what is in it. Throws ResourceGroupNotFound or ParentResourceNotFound. */
export function findParentNamespace(subscription: Subscription, id: string) {
  const group = findGroup(subscription, id.replace(/\/providers\/.*$/, ""));
  const name = id.split("/").at(-1) ?? "";
  const namespace = group.namespaces.get(name);
  if (namespace === undefined) throw parentNotFound(name);
  return { group, namespace };
}

/** Throws ParentResourceNotFound or NotFound. */
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
