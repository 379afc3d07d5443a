import { Hono } from "hono";
import { z } from "zod";
import { isShown } from "../directory.ts";
import type { Environment } from "../environment.ts";
import type { Tenant } from "../model.ts";
import { applicationView } from "./application-view.ts";
import { isMissed } from "./find-application.ts";
import { readBody } from "./graph-body.ts";
import type { GraphVariables } from "./graph-caller.ts";
import { collection } from "./query.ts";
import { principalView } from "./service-principals.ts";

const wanted = z.object({
  ids: z.array(z.guid().toLowerCase()).min(1).max(1000),
  types: z.array(z.string()).nullish(),
});

/** Objects of the tenant's directory of whatever type: `getByIds`, with which the Azure CLI names principals. */
export function directoryObjects(environment: Environment): Hono<GraphVariables> {
  const app = new Hono<GraphVariables>();
  app.post("/getByIds", async (context) => {
    const { ids, types } = await readBody(context, wanted);
    const isAsked = (type: string) => types == null || types.length === 0 || types.includes(type);
    const found = ids.flatMap((id) => findObject(environment, context.var.caller.tenant, id) ?? []);
    const value = found
      .filter(({ type }) => isAsked(type))
      .map(({ type, view }) => ({ "@odata.type": `#microsoft.graph.${type}`, ...view }));
    return context.json(collection(context, "directoryObjects", value));
  });
  return app;
}

function findObject(environment: Environment, tenant: Tenant, id: string) {
  const { model, now } = environment;
  const principal = tenant.servicePrincipals.get(id);
  if (principal !== undefined && isShown(principal, now()))
    return { type: "servicePrincipal", view: principalView(model, principal) };
  const application = tenant.applications.get(id);
  if (application !== undefined && !isMissed(environment, application))
    return { type: "application", view: applicationView(application, tenant) };
  const user = tenant.users.get(id);
  if (user === undefined) return undefined;
  const { displayName, userPrincipalName } = user;
  return { type: "user", view: { id, displayName, userPrincipalName } };
}
