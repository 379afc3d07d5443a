import { createHash } from "node:crypto";
import { Failure } from "../errors/failure.ts";
import { type Customer, type Guid, parseGuid, type QueueRole, resourceNameOf } from "./customer.ts";

/** Azure's built-in Service Bus data roles; the ids are the same in every tenant (Azure built-in roles). */
export const roles = {
  owner: { id: parseGuid("090c5cfd-751d-490a-894a-3ce6f1109419"), name: "Azure Service Bus Data Owner" },
  sender: { id: parseGuid("69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"), name: "Azure Service Bus Data Sender" },
  receiver: { id: parseGuid("4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"), name: "Azure Service Bus Data Receiver" },
} as const;

export type Role = keyof typeof roles;

/** A role that a principal holds at a scope, an ARM id that starts with `/subscriptions/`. */
export type Assignment = { readonly id: string; readonly scope: string; readonly roleId: string };

export type WantedAssignment = {
  readonly role: Role;
  readonly scope: string;
  readonly principalId: Guid;
  /** The name of the assignment: always the same for the same scope, principal and role. */
  readonly name: Guid;
};

/** The scope of a role, from the narrowest to the widest. */
export const grantScopes = ["queue", "namespace", "resource-group"] as const;
export type GrantScope = (typeof grantScopes)[number];

/** How much access to grant. Values that are not given come from the customer's `access` in the config. */
export type Breadth = { readonly role?: Customer["access"]; readonly scope?: GrantScope };

/** The roles that the provider gets: a sender and a receiver, each on its queue, or the pattern's Data Owner on the namespace. */
export function wantedAssignments(
  customer: Customer,
  principalId: Guid,
  { role = customer.access, scope }: Breadth = {},
): readonly WantedAssignment[] {
  const leastPrivilege = role === "least-privilege";
  const { commandQueue, statusQueue } = customer;
  const at = (queue: string) => scopeId(customer, scope ?? (leastPrivilege ? "queue" : "namespace"), queue);
  const both = leastPrivilege
    ? [wanted("sender", at(commandQueue), principalId), wanted("receiver", at(statusQueue), principalId)]
    : [wanted("owner", at(commandQueue), principalId), wanted("owner", at(statusQueue), principalId)];
  // Above the queues both scopes are the same, so an owner's role is needed only once.
  return both.filter(({ name }, index) => both.findIndex((other) => other.name === name) === index);
}

function scopeId(customer: Customer, scope: GrantScope, queue: string): string {
  const namespace = namespaceResourceId(customer);
  switch (scope) {
    case "queue":
      return queueResourceId(namespace, queue);
    case "namespace":
      return namespace;
    case "resource-group":
      return namespace.replace(/\/providers\/.*$/, "");
  }
}

/** An assigned role that is not wanted. */
export type ExcessAccess = { readonly role: string; readonly scope: string; readonly assignmentId: string };

/** The assigned roles that exceed the wanted ones. A wanted role at a wider scope also counts as excess. */
export function excessOf(held: readonly Assignment[], wanted: readonly WantedAssignment[]): readonly ExcessAccess[] {
  return held
    .filter((one) => !wanted.some((other) => isSameAssignment(one, other)))
    .map(({ id, scope, roleId }) => ({ role: roleName(roleId), scope, assignmentId: id.split("/").at(-1) ?? id }));
}

/** The wanted roles that are not assigned at exactly this scope. An inherited role can still have the same effect. */
export type MissingAccess = { readonly role: string; readonly scope: string };

export const missingOf = (held: readonly Assignment[], wanted: readonly WantedAssignment[]): readonly MissingAccess[] =>
  wanted
    .filter((one) => !held.some((other) => isSameAssignment(other, one)))
    .map(({ role, scope }) => ({ role: roles[role].name, scope }));

/** Whether an assignment is the wanted one: the same role at the same scope, under any name. */
export const isSameAssignment = (held: Assignment, { role, scope }: WantedAssignment): boolean =>
  roles[role].id === held.roleId && scope.toLowerCase() === held.scope.toLowerCase();

/** Whether it is one of Service Bus's data roles. */
export const isDataRole = ({ roleId }: Pick<Assignment, "roleId">): boolean =>
  Object.values(roles).some(({ id }) => id === roleId);

/** Whether the provider's least privilege has no such claim on this queue. */
export const isBeyondLeastPrivilege = (
  { access }: Pick<Customer, "access">,
  claim: "Send" | "Listen",
  queue: QueueRole,
): boolean => access === "least-privilege" && (claim === "Listen") === (queue === "command");

/** The role's name if it is one of the three, otherwise its id. */
export const roleName = (roleId: string) => Object.values(roles).find(({ id }) => id === roleId)?.name ?? roleId;

/** The roles that the customer's own worker needs: to read commands and to write statuses. */
export function responderAssignments(customer: Customer, principalId: Guid): readonly WantedAssignment[] {
  const namespace = namespaceResourceId(customer);
  return [
    wanted("receiver", queueResourceId(namespace, customer.commandQueue), principalId),
    wanted("sender", queueResourceId(namespace, customer.statusQueue), principalId),
  ];
}

const wanted = (role: Role, scope: string, principalId: Guid): WantedAssignment => ({
  role,
  scope,
  principalId,
  name: assignmentName(scope, principalId, roles[role].id),
});

const queueResourceId = (namespace: string, queue: string) => `${namespace}/queues/${queuePath(queue)}`;

/** Resource Manager's ids contain `~` in place of the `/` in a queue's name. */
export const queuePath = (queue: string): string => queue.replaceAll("/", "~");

/** Throws Failure "usage" when the config does not name the namespace's subscription and resource group. */
export function namespaceResourceId(customer: Customer): string {
  const { name, subscriptionId, resourceGroup } = customer;
  if (subscriptionId === undefined || resourceGroup === undefined)
    throw new Failure(
      "ConfigIncomplete",
      `the config does not name the subscription and resource group of ${name}'s namespace`,
      { params: { customer: name } },
    );
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  return `${group}/providers/Microsoft.ServiceBus/namespaces/${resourceNameOf(customer)}`;
}

/** The namespace for names that this tool makes by hashing (RFC 9562 §5.5). */
export const uuidNamespaceHex = "5b9c1e0ad7f34c3e9a61f0c8b24e7d15";

/** A name made from scope, principal and role, so that a repeated grant finds the existing assignment. */
export function assignmentName(scope: string, principalId: Guid, roleId: Guid): Guid {
  const hash = createHash("sha1")
    .update(Buffer.from(uuidNamespaceHex, "hex"))
    .update(`${scope.toLowerCase()}|${principalId}|${roleId}`)
    .digest();
  const bytes = hash.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return parseGuid(bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"));
}
