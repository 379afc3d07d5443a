import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import type { RoleAssignment, Tenant } from "../model.ts";
import { readBody } from "./arm-body.ts";
import { type ArmContext, type ArmVariables, requireAction } from "./arm-caller.ts";
import { ArmError } from "./arm-error.ts";
import { page } from "./arm-page.ts";
import { assignmentsAround } from "./assignments-around.ts";
import { newAssignment, parseAssignment } from "./new-assignment.ts";
import { checkScope, properCase } from "./scope.ts";

const provider = "/providers/microsoft.authorization/roleassignments";
const actions = "Microsoft.Authorization/roleAssignments";

/** Role assignments (Microsoft.Authorization 2022-04-01) at any scope of a subscription. Safe to hand ids in any case. */
export function roleAssignments(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  app.get(`/:scope{.+}${provider}`, (context) => {
    const scope = scopeOf(environment, context, "read");
    const value = assignmentsAround(context.var.tenant, scope, context.req.query("$filter")).map((each) => view(each));
    return context.json(page(context, environment, value));
  });
  app.get(`/:scope{.+}${provider}/:name`, (context) => {
    const scope = scopeOf(environment, context, "read");
    const assignment = find(context, scope);
    if (assignment !== undefined) return context.json(view(assignment));
    throw new ArmError(
      404,
      "RoleAssignmentNotFound",
      `The role assignment '${context.req.param("name")}' is not found.`,
    );
  });
  app.put(`/:scope{.+}${provider}/:name`, async (context) => {
    const scope = scopeOf(environment, context, "write");
    const { properties } = await readBody(context, newAssignment);
    const { tenant } = context.var;
    const { now, faults } = environment;
    const { objectId: by } = context.var.caller;
    const asked = { name: context.req.param("name"), scope, by, now: now(), scenario: faults.scenario };
    const assignment = parseAssignment(tenant, asked, properties);
    requireAction(environment, context, { action: `${actions}/write`, assignment }, scope);
    const isNew = !tenant.roleAssignments.has(assignment.name);
    tenant.roleAssignments.set(assignment.name, assignment);
    return context.json(view(assignment, isNew), isNew ? 201 : 200);
  });
  app.delete(`/:scope{.+}${provider}/:name`, (context) => {
    const scope = scopeOf(environment, context, "delete");
    const assignment = find(context, scope);
    if (assignment === undefined) return context.body(null, 204);
    requireAction(environment, context, { action: `${actions}/delete`, assignment }, scope);
    remove(environment, context.var.tenant, assignment);
    return context.json(view(assignment));
  });
  return app;
}

/** The scope in the path, lower case, checked to exist and to be open to the caller for this verb. */
function scopeOf(environment: Environment, context: ArmContext, verb: "read" | "write" | "delete"): string {
  const scope = `/${context.req.param("scope")}`;
  requireAction(environment, context, `${actions}/${verb}`, scope);
  checkScope(context.var.subscription, scope);
  return scope;
}

/** From now on, or from when the removal has reached the services. */
function remove({ now, faults, recheckLinks }: Environment, tenant: Tenant, assignment: RoleAssignment): void {
  const { roleRemovalDelay } = faults.scenario;
  tenant.roleAssignments.delete(assignment.name);
  if (roleRemovalDelay === 0) {
    recheckLinks();
    return;
  }
  const endsAt = new Date(now().getTime() + roleRemovalDelay);
  tenant.removedAssignments.set(assignment.name, { ...assignment, endsAt });
  setTimeout(recheckLinks, roleRemovalDelay).unref();
}

function find(context: ArmContext, scope: string): RoleAssignment | undefined {
  const assignment = context.var.tenant.roleAssignments.get(context.req.param("name") ?? "");
  return assignment?.scope === scope ? assignment : undefined;
}

/** The answer to the request that made it names nobody as its maker yet. */
function view({ name, scope, roleId, createdAt, updatedBy, ...assignment }: RoleAssignment, isNew = false) {
  const subscription = scope.match(/^\/subscriptions\/[^/]+/)?.[0] ?? "";
  return {
    id: `${properCase(scope)}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: "Microsoft.Authorization/roleAssignments",
    name,
    properties: {
      scope: properCase(scope),
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      principalId: assignment.principalId,
      principalType: assignment.principalType,
      description: assignment.description ?? null,
      condition: assignment.condition ?? null,
      conditionVersion: assignment.condition === undefined ? null : "2.0",
      createdOn: createdAt.toISOString(),
      updatedOn: createdAt.toISOString(),
      createdBy: isNew ? null : (updatedBy ?? null),
      updatedBy: updatedBy ?? null,
    },
  };
}
