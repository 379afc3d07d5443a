import { parseCondition } from "./arm/condition.ts";
import { findRoleDefinition, type RoleDefinition } from "./arm/role-definitions.ts";
import type { RoleAssignment, Tenant } from "./model.ts";

export type Permission =
  | { readonly action: string; readonly assignment?: Pick<RoleAssignment, "roleId" | "principalId" | "principalType"> }
  | { readonly dataAction: string };

/** The two data actions that a Service Bus link needs (Azure Service Bus Data Sender, Data Receiver). */
export const sendMessages: Permission = { dataAction: "Microsoft.ServiceBus/namespaces/messages/send/action" };
export const receiveMessages: Permission = { dataAction: "Microsoft.ServiceBus/namespaces/messages/receive/action" };

/** What the administration API needs; of the built-in roles only Azure Service Bus Data Owner carries it. */
export const manageEntities: Permission = { dataAction: "Microsoft.ServiceBus/namespaces/manage/action" };

/** Whether the principal holds a role, in force now, at this resource or at a scope above it, that carries the permission. */
export function isAllowed(tenant: Tenant, principalId: string, resourceId: string, wanted: Permission, now: Date) {
  return assignmentsInForce(tenant, now).some((assignment) => {
    const role = findRoleDefinition(assignment.roleId);
    return (
      role !== undefined &&
      assignment.principalId === principalId &&
      isAtOrAbove(assignment.scope, resourceId) &&
      carries(role, wanted) &&
      meetsCondition(assignment, wanted)
    );
  });
}

/** A condition is about the role assignments that are made or removed; whatever else the role allows it leaves alone. */
function meetsCondition({ condition }: RoleAssignment, wanted: Permission): boolean {
  if (condition === undefined || !("action" in wanted) || wanted.assignment === undefined) return true;
  return parseCondition(condition)({ action: wanted.action, ...wanted.assignment });
}

/** Those that have taken effect, and removed ones that have not lost it yet. */
function* assignmentsInForce({ roleAssignments, removedAssignments }: Tenant, now: Date): Generator<RoleAssignment> {
  for (const assignment of roleAssignments.values()) if (assignment.effectiveAt <= now) yield assignment;
  for (const assignment of removedAssignments.values()) if (assignment.endsAt > now) yield assignment;
}

/** Azure's scopes are path prefixes, compared without case. */
const isAtOrAbove = (scope: string, resourceId: string) =>
  `${resourceId.toLowerCase()}/`.startsWith(`${scope.toLowerCase().replace(/\/$/, "")}/`);

const carries = (role: RoleDefinition, wanted: Permission) =>
  "action" in wanted
    ? matchesAny(role.actions, wanted.action) && !matchesAny(role.notActions, wanted.action)
    : matchesAny(role.dataActions, wanted.dataAction);

/** Role patterns have `*` for any run of characters, slashes included, and ignore case. */
const matchesAny = (patterns: readonly string[], action: string) =>
  patterns.some((pattern) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i").test(action));
