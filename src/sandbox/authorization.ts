import { findRoleDefinition, type RoleDefinition } from "./arm/role-definitions.ts";
import type { Tenant } from "./model.ts";

export type Permission = { readonly action: string } | { readonly dataAction: string };

/** The two data actions that a Service Bus link needs (Azure Service Bus Data Sender, Data Receiver). */
export const sendMessages: Permission = { dataAction: "Microsoft.ServiceBus/namespaces/messages/send/action" };
export const receiveMessages: Permission = { dataAction: "Microsoft.ServiceBus/namespaces/messages/receive/action" };

/** Whether the principal holds a role, in force now, at this resource or at a scope above it, that carries the permission. */
export function isAllowed(tenant: Tenant, principalId: string, resourceId: string, wanted: Permission, now: Date) {
  return tenant.roleAssignments.values().some((assignment) => {
    const role = findRoleDefinition(assignment.roleId);
    return (
      role !== undefined &&
      assignment.principalId === principalId &&
      assignment.effectiveAt <= now &&
      isAtOrAbove(assignment.scope, resourceId) &&
      carries(role, wanted)
    );
  });
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
