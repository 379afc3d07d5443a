import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { Environment } from "../environment.ts";
import { refusalHeader } from "../http.ts";
import { type ArmVariables, authenticate, callerOf } from "./arm-caller.ts";
import { ArmError, armErrorBody } from "./arm-error.ts";
import { namespaces } from "./namespaces.ts";
import { queues } from "./queues.ts";
import { resourceGroups } from "./resource-groups.ts";
import { roleAssignments } from "./role-assignments.ts";
import { roles } from "./roles.ts";
import { subscriptions } from "./subscriptions.ts";

/** Azure Resource Manager at `/arm`: ids compare without case, and doubled slashes count as one. */
export function createArm(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>({ getPath: ({ url }) => resourcePath(new URL(url).pathname) });
  app.use(requireVersion(environment));
  app.route("/arm", subscriptions(environment)); // names no subscription, so the token alone must do
  app.use(authenticate(environment));
  for (const routes of [resourceGroups, roleAssignments, roles, namespaces, queues])
    app.route("/arm", routes(environment));
  app.notFound((context) => {
    const refusal = new ArmError(404, "InvalidResourceType", `Nothing is served at '${context.req.path}'.`);
    return context.json(armErrorBody(refusal), refusal.status);
  });
  app.onError((error, context) => {
    if (!(error instanceof ArmError)) throw error;
    if (error.status === 401) context.header("www-authenticate", challengeOf(environment, context, error));
    return context.json(armErrorBody(error), error.status, { [refusalHeader]: error.code });
  });
  return app;
}

/** Every request names a version; who shows no valid token hears of that first. */
const requireVersion =
  (environment: Environment): MiddlewareHandler =>
  async (context, next) => {
    if (context.req.query("api-version") === undefined) {
      await callerOf(environment, context);
      throw new ArmError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
      );
    }
    return next();
  };

/** Where the client gets a token that will do (RFC 6750 §3): in the tenant of the subscription, if there is one. */
function challengeOf({ model, baseUrl }: Environment, { req }: Context, { message }: ArmError): string {
  const subscriptionId = /^\/arm\/subscriptions\/([^/]+)/.exec(req.path)?.[1] ?? "";
  const tenant = model.tenants.values().find(({ subscriptions: known }) => known.has(subscriptionId));
  const description = message.replaceAll('"', "'");
  return `Bearer authorization_uri="${baseUrl}/${tenant?.id ?? "common"}", error="invalid_token", error_description="${description}"`;
}

const resourcePath = (path: string) =>
  path
    .toLowerCase()
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "");
