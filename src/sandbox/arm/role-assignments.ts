import { Hono } from "hono";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import type { RoleAssignment, Tenant } from "../model.ts";
import { readBody } from "./body.ts";
import { type ArmContext, type ArmVariables, requireAction } from "./caller.ts";
import { ArmRefusal } from "./refusal.ts";
import { findRoleDefinition } from "./role-definitions.ts";
import { findScope } from "./scope.ts";

const provider = "/providers/microsoft.authorization/roleassignments";
const actions = "Microsoft.Authorization/roleAssignments";

const newAssignment = z.object({
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.guid().toLowerCase(),
    principalType: z.string().optional(),
    description: z.string().optional(),
  }),
});

/** Role assignments (Microsoft.Authorization 2022-04-01) at any scope of a subscription. Safe to hand ids in any case. */
export function roleAssignments(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  app.get(`/:scope{.+}${provider}`, (context) => {
    const scope = scopeOf(environment, context, "read");
    const value = list(context.var.tenant, scope, context.req.query("$filter")).map(view);
    return context.json({ value });
  });
  app.get(`/:scope{.+}${provider}/:name`, (context) => {
    const scope = scopeOf(environment, context, "read");
    const assignment = find(context, scope);
    if (assignment !== undefined) return context.json(view(assignment));
    throw new ArmRefusal(
      404,
      "RoleAssignmentNotFound",
      `The role assignment '${context.req.param("name")}' is not found.`,
    );
  });
  app.put(`/:scope{.+}${provider}/:name`, async (context) => {
    const scope = scopeOf(environment, context, "write");
    const { properties } = await readBody(context, newAssignment);
    const { tenant } = context.var;
    const now = environment.now();
    const assignment: RoleAssignment = {
      name: assignmentName(context.req.param("name")),
      scope,
      roleId: knownRole(properties.roleDefinitionId),
      principalId: properties.principalId,
      principalType: principalType(tenant, properties),
      description: properties.description,
      createdAt: now,
      effectiveAt: new Date(now.getTime() + environment.roleDelay),
    };
    checkNew(tenant, assignment);
    tenant.roleAssignments.set(assignment.name, assignment);
    return context.json(view(assignment), 201);
  });
  app.delete(`/:scope{.+}${provider}/:name`, (context) => {
    const scope = scopeOf(environment, context, "delete");
    const assignment = find(context, scope);
    if (assignment === undefined) return context.body(null, 204);
    context.var.tenant.roleAssignments.delete(assignment.name);
    return context.json(view(assignment));
  });
  return app;
}

/** The scope in the path, lower case, checked to exist and to be open to the caller for this verb. */
function scopeOf(environment: Environment, context: ArmContext, verb: "read" | "write" | "delete"): string {
  const scope = `/${context.req.param("scope")}`;
  requireAction(environment, context, `${actions}/${verb}`, scope);
  findScope(context.var.subscription, scope);
  return scope;
}

function find(context: ArmContext, scope: string): RoleAssignment | undefined {
  const assignment = context.var.tenant.roleAssignments.get(context.req.param("name") ?? "");
  return assignment?.scope === scope ? assignment : undefined;
}

type Properties = z.output<typeof newAssignment>["properties"];

function assignmentName(name: string): string {
  if (z.guid().safeParse(name).success) return name;
  throw new ArmRefusal(
    400,
    "InvalidRoleAssignmentId",
    `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
  );
}

/** The GUID at the end of a role definition's id. */
function knownRole(roleDefinitionId: string): string {
  const roleId = roleDefinitionId.toLowerCase().split("/").at(-1) ?? "";
  if (findRoleDefinition(roleId) !== undefined) return roleId;
  throw new ArmRefusal(
    400,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${roleId}' does not exist.`,
  );
}

/** What the principal is in the tenant's directory; throws when it is not there or is something else than was said. */
function principalType(tenant: Tenant, { principalId, principalType: said }: Properties): string {
  const type = tenant.servicePrincipals.has(principalId) ? "ServicePrincipal" : "User";
  if (type === "User" && !tenant.users.has(principalId))
    throw new ArmRefusal(
      400,
      "PrincipalNotFound",
      `Principal ${principalId} does not exist in the directory ${tenant.id}. Check that you have the correct principal ID. A principal created a moment ago may not have been replicated yet.`,
    );
  if (said !== undefined && said.toLowerCase() !== type.toLowerCase())
    throw new ArmRefusal(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${principalId}' has type '${type}', which is different from specified PrincipalType '${said}'.`,
    );
  return type;
}

/** The same role, principal and scope are assigned once, whatever the name; and a name is never given a new meaning. */
function checkNew({ roleAssignments }: Tenant, { name, scope, roleId, principalId }: RoleAssignment): void {
  const isSame = (other: RoleAssignment) =>
    other.scope === scope && other.roleId === roleId && other.principalId === principalId;
  const existing = roleAssignments.values().find(isSame);
  if (existing !== undefined)
    throw new ArmRefusal(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the existing role assignment is ${existing.name}.`,
    );
  if (roleAssignments.has(name))
    throw new ArmRefusal(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
}

/** Assignments at, above and (unless `atScope()` is asked for) below a scope, of one principal if the filter says so. */
function list({ roleAssignments }: Tenant, scope: string, filter: string | undefined): readonly RoleAssignment[] {
  const { atScope, principalId } = parseFilter(filter ?? "");
  return [...roleAssignments.values()].filter(
    (assignment) =>
      (isAtOrAbove(assignment.scope, scope) || (!atScope && isAtOrAbove(scope, assignment.scope))) &&
      (principalId === undefined || assignment.principalId === principalId),
  );
}

const isAtOrAbove = (scope: string, other: string) => `${other}/`.startsWith(`${scope}/`);

function parseFilter(filter: string) {
  const terms = filter.split(/\s+and\s+/i).filter((term) => term.trim() !== "");
  const isAtScope = (term: string) => /^\s*atScope\(\)\s*$/i.test(term);
  const principals = terms
    .filter((term) => !isAtScope(term))
    .map((term) => term.match(/^\s*(?:principalId\s+eq\s+'([^']+)'|assignedTo\('([^']+)'\))\s*$/i))
    .map((match) => (match?.[1] ?? match?.[2])?.toLowerCase());
  if (principals.length > 1 || principals.includes(undefined))
    throw new ArmRefusal(400, "UnsupportedQuery", `The filter '${filter}' is not supported.`);
  return { atScope: terms.some(isAtScope), principalId: principals[0] };
}

function view({ name, scope, roleId, createdAt, ...assignment }: RoleAssignment) {
  const subscription = scope.match(/^\/subscriptions\/[^/]+/)?.[0] ?? "";
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: "Microsoft.Authorization/roleAssignments",
    name,
    properties: {
      scope,
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      principalId: assignment.principalId,
      principalType: assignment.principalType,
      description: assignment.description ?? null,
      condition: null,
      conditionVersion: null,
      createdOn: createdAt.toISOString(),
      updatedOn: createdAt.toISOString(),
    },
  };
}
