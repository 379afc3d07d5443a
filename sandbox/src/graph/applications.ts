import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { deleteServicePrincipal } from "../directory.ts";
import type { Environment } from "../environment.ts";
import { type Application, findServicePrincipal, type Tenant } from "../model.ts";
import { type ApplicationBody, applicationBody, applyBody } from "./application-body.ts";
import { applicationView } from "./application-view.ts";
import { findApplication, lookUp } from "./find-application.ts";
import { readBody } from "./graph-body.ts";
import { createsIfMissing, type GraphVariables, requireWrite } from "./graph-caller.ts";
import { badRequest } from "./graph-error.ts";
import { many, one } from "./query.ts";

const entity = "applications";

/** App registrations of the caller's tenant. */
export function applications(environment: Environment): Hono<GraphVariables> {
  const { model, now, faults } = environment;
  const app = new Hono<GraphVariables>();
  app.get("/", (context) => {
    const { tenant } = context.var.caller;
    const views = [...tenant.applications.values()].map((application) => applicationView(application, tenant));
    return context.json(many(context, entity, views, faults.scenario.pageSize));
  });
  app.get("/:key", (context) => {
    const { tenant } = context.var.caller;
    return context.json(
      one(context, entity, applicationView(findApplication(environment, tenant, context.req.param("key")), tenant)),
    );
  });
  app.post("/", async (context) => {
    const { tenant } = requireWrite(context.var.caller);
    const application = register(tenant, await readBody(context, applicationBody), now());
    return context.json(one(context, entity, applicationView(application, tenant)), 201);
  });
  app.patch("/:key", async (context) => {
    const { tenant } = requireWrite(context.var.caller);
    const body = await readBody(context, applicationBody);
    const key = context.req.param("key");
    const uniqueName = key.match(/^uniqueName=(.+)$/)?.[1];
    if (uniqueName !== undefined && createsIfMissing(context) && lookUp(tenant, key) === undefined) {
      const application = register(tenant, body, now());
      application.uniqueName = uniqueName;
      return context.json(one(context, entity, applicationView(application, tenant)), 201);
    }
    applyBody(findApplication(environment, tenant, key), body, now());
    return context.body(null, 204);
  });
  app.delete("/:key", (context) => {
    const { tenant } = requireWrite(context.var.caller);
    const { id, appId } = findApplication(environment, tenant, context.req.param("key"));
    const principal = findServicePrincipal(tenant, appId);
    if (principal !== undefined) deleteServicePrincipal(model, tenant, principal);
    tenant.applications.delete(id);
    return context.body(null, 204);
  });
  return app;
}

/** Graph does not make the app's own service principal with it; the portal does. */
function register(tenant: Tenant, body: ApplicationBody, now: Date): Application {
  if (body.displayName === undefined) throw badRequest("Property 'displayName' is required.");
  const application: Application = {
    id: randomUUID(),
    appId: randomUUID(),
    displayName: body.displayName,
    signInAudience: "AzureADMyOrg",
    redirectUris: [],
    createdAt: now,
    passwordCredentials: [],
    keyCredentials: [],
    federatedIdentityCredentials: [],
  };
  applyBody(application, body, now);
  tenant.applications.set(application.id, application);
  return application;
}
