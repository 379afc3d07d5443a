import { Hono } from "hono";
import { z } from "zod";
import type { Caller } from "../bearer.ts";
import { admit, deleteServicePrincipal, isShown, type Registration } from "../directory.ts";
import type { Environment } from "../environment.ts";
import {
  findApplication,
  findServicePrincipal,
  type Model,
  type PasswordCredential,
  type ServicePrincipal,
  type Tenant,
} from "../model.ts";
import { passwordView } from "./application-view.ts";
import { isMissed } from "./find-application.ts";
import { readBody } from "./graph-body.ts";
import { createsIfMissing, type GraphVariables, requireWrite } from "./graph-caller.ts";
import { alreadyExists, badRequest, notFound } from "./graph-error.ts";
import { many, one } from "./query.ts";

const entity = "servicePrincipals";
const newPrincipal = z.object({ appId: z.guid() });
const changes = z.object({ accountEnabled: z.boolean().optional(), displayName: z.string().min(1).optional() });

/** Resource type servicePrincipal. A key is an object id, or `appId=…` as the path rewriting leaves it. */
export function servicePrincipals(environment: Environment): Hono<GraphVariables> {
  const { model, recheckLinks, faults, now } = environment;
  const app = new Hono<GraphVariables>();
  const shown = (principal: ServicePrincipal) => principalView(model, principal);
  app.get("/", (context) =>
    context.json(
      many(
        context,
        entity,
        [...context.var.caller.tenant.servicePrincipals.values()].filter((each) => isShown(each, now())).map(shown),
        faults.scenario.pageSize,
      ),
    ),
  );
  app.get("/:key", (context) => {
    const principal = findPrincipal(environment, context.var.caller.tenant, context.req.param("key"));
    return context.json(one(context, entity, shown(principal)));
  });
  app.post("/", async (context) => {
    const caller = requireWrite(context.var.caller);
    const { appId } = await readBody(context, newPrincipal);
    if (findServicePrincipal(caller.tenant, appId))
      throw alreadyExists(
        `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
      );
    const principal = admit(environment, caller.tenant, registrationFor(environment, caller, appId));
    return context.json(one(context, entity, shown(principal)), 201);
  });
  app.patch("/:key", async (context) => {
    const caller = requireWrite(context.var.caller);
    const change = await readBody(context, changes);
    const key = context.req.param("key");
    const appId = key.match(/^appId=(.+)$/)?.[1];
    if (appId !== undefined && createsIfMissing(context) && !findServicePrincipal(caller.tenant, appId)) {
      const principal = admit(environment, caller.tenant, registrationFor(environment, caller, appId));
      apply(principal, change);
      return context.json(one(context, entity, shown(principal)), 201);
    }
    apply(findPrincipal(environment, caller.tenant, key), change);
    recheckLinks();
    return context.body(null, 204);
  });
  app.delete("/:key", (context) => {
    const caller = requireWrite(context.var.caller);
    deleteServicePrincipal(model, caller.tenant, findPrincipal(environment, caller.tenant, context.req.param("key")));
    recheckLinks();
    return context.body(null, 204);
  });
  return app;
}

/** A service principal of this tenant. Throws Request_ResourceNotFound, also where Graph does not show it yet. */
export function findPrincipal({ now }: Pick<Environment, "now">, tenant: Tenant, key: string): ServicePrincipal {
  const appId = key.match(/^appId=(.+)$/)?.[1];
  const principal =
    appId === undefined ? tenant.servicePrincipals.get(key.toLowerCase()) : findServicePrincipal(tenant, appId);
  if (principal === undefined || !isShown(principal, now())) throw notFound(appId ?? key);
  return principal;
}

/** An app of this tenant, or a multi-tenant app of another. */
function registrationFor(environment: Environment, { tenant }: Caller, appId: string): Registration {
  const found = findApplication(environment.model, appId);
  if (
    found === undefined ||
    isMissed(environment, found.application) ||
    (found.tenant !== tenant && found.application.signInAudience === "AzureADMyOrg")
  )
    throw noBackingApplication(appId);
  return found;
}

function noBackingApplication(appId: string) {
  const message = `The appId '${appId}' of the service principal does not reference a valid application object.`;
  return badRequest(message, [{ code: "NoBackingApplicationObject", message, target: "appId" }]);
}

function apply(principal: ServicePrincipal, change: z.output<typeof changes>): void {
  principal.accountEnabled = change.accountEnabled ?? principal.accountEnabled;
  principal.displayName = change.displayName ?? principal.displayName;
}

/** The service principal's own secrets, to be read and changed. */
export function secretsOf(principal: ServicePrincipal): PasswordCredential[] {
  principal.passwordCredentials ??= [];
  return principal.passwordCredentials;
}

export const principalView = (model: Model, principal: ServicePrincipal) => ({
  id: principal.id,
  deletedDateTime: null,
  accountEnabled: principal.accountEnabled,
  appDisplayName: principal.displayName,
  appId: principal.appId,
  appOwnerOrganizationId: principal.appOwnerOrganizationId,
  appRoleAssignmentRequired: false,
  createdDateTime: principal.createdAt.toISOString(),
  displayName: principal.displayName,
  keyCredentials: [],
  passwordCredentials: (principal.passwordCredentials ?? []).map(passwordView),
  servicePrincipalNames: [...identifierUris(model, principal), principal.appId],
  servicePrincipalType: principal.type,
  tags: [],
  verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
});

/** The names that the app gave itself; a managed identity has none. */
function identifierUris(model: Model, { appId }: ServicePrincipal): readonly unknown[] {
  const uris = findApplication(model, appId)?.application.settings?.identifierUris;
  return Array.isArray(uris) ? uris : [];
}
