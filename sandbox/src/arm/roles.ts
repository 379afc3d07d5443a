import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import { type ArmVariables, requireAction } from "./arm-caller.ts";
import { ArmError } from "./arm-error.ts";
import { page } from "./arm-page.ts";
import { findRoleDefinition, type RoleDefinition, roleDefinitions } from "./role-definitions.ts";

const provider = "/providers/microsoft.authorization/roledefinitions";
const read = "Microsoft.Authorization/roleDefinitions/read";

/** Role definitions (Microsoft.Authorization 2022-04-01): the built-in ones, the same at every scope. */
export function roles(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  app.get(`/:scope{.+}${provider}`, (context) => {
    const scope = `/${context.req.param("scope")}`;
    requireAction(environment, context, read, scope);
    const value = roleDefinitions.filter(named(context.req.query("$filter"))).map((role) => view(scope, role));
    return context.json(page(context, environment, value));
  });
  app.get(`/:scope{.+}${provider}/:id`, (context) => {
    const scope = `/${context.req.param("scope")}`;
    requireAction(environment, context, read, scope);
    const id = context.req.param("id");
    const role = findRoleDefinition(id);
    if (role !== undefined) return context.json(view(scope, role));
    throw new ArmError(
      404,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${id}' does not exist.`,
    );
  });
  return app;
}

function named(filter: string | undefined): (role: RoleDefinition) => boolean {
  if (filter === undefined || /^\s*atScopeAndBelow\(\)\s*$/i.test(filter)) return () => true;
  const name = filter.match(/^\s*roleName\s+eq\s+'((?:[^']|'')*)'\s*$/i)?.[1]?.replaceAll("''", "'");
  if (name === undefined) throw new ArmError(400, "UnsupportedQuery", `The filter '${filter}' is not supported.`);
  return (role) => role.name.toLowerCase() === name.toLowerCase();
}

const view = (scope: string, role: RoleDefinition) => ({
  id: `${scope.match(/^\/subscriptions\/[^/]+/)?.[0] ?? ""}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`,
  type: "Microsoft.Authorization/roleDefinitions",
  name: role.id,
  properties: {
    roleName: role.name,
    type: "BuiltInRole",
    description: role.description,
    assignableScopes: ["/"],
    permissions: [
      { actions: role.actions, notActions: role.notActions, dataActions: role.dataActions, notDataActions: [] },
    ],
  },
});
