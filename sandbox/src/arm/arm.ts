import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import { refusalHeader } from "../http.ts";
import { type ArmVariables, authenticate } from "./arm-caller.ts";
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
    return context.json(armErrorBody(error), error.status, { [refusalHeader]: error.code });
  });
  return app;
}

const resourcePath = (path: string) =>
  path
    .toLowerCase()
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "");
