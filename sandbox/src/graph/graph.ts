import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import { refusalHeader } from "../http.ts";
import { applications } from "./applications.ts";
import { directoryObjects } from "./directory-objects.ts";
import { federatedCredentials } from "./federated-credentials.ts";
import { findApplication } from "./find-application.ts";
import { authenticate, type GraphVariables } from "./graph-caller.ts";
import { GraphError, graphErrorBody } from "./graph-error.ts";
import { passwords } from "./passwords.ts";
import { findPrincipal, secretsOf, servicePrincipals } from "./service-principals.ts";

/** Microsoft Graph v1.0 at `/graph/v1.0`: the directory objects of the tenant whose token comes with the request. */
export function createGraph(environment: Environment): Hono<GraphVariables> {
  const app = new Hono<GraphVariables>({ getPath: ({ url }) => resourcePath(new URL(url).pathname) });
  app.use(authenticate(environment));
  const secrets = {
    applications: passwords(
      environment,
      (tenant, key) => findApplication(environment, tenant, key).passwordCredentials,
    ),
    servicePrincipals: passwords(environment, (tenant, key) => secretsOf(findPrincipal(environment, tenant, key))),
  };
  for (const routes of [servicePrincipals(environment), secrets.servicePrincipals])
    app.route("/graph/v1.0/servicePrincipals", routes);
  for (const routes of [applications(environment), secrets.applications, federatedCredentials(environment)])
    app.route("/graph/v1.0/applications", routes);
  app.route("/graph/v1.0/directoryObjects", directoryObjects(environment));
  app.notFound((context) => {
    const refusal = new GraphError(400, "BadRequest", `Resource not found for the segment '${context.req.path}'.`);
    return context.json(graphErrorBody(refusal, context.req.header("client-request-id")), refusal.status);
  });
  app.onError((error, context) => {
    if (!(error instanceof GraphError)) throw error;
    const body = graphErrorBody(error, context.req.header("client-request-id"));
    return context.json(body, error.status, { [refusalHeader]: error.code });
  });
  return app;
}

/** Writes a key predicate as a segment, which a router can match: `/things(appId='x')` becomes `/things/appId=x`. */
function resourcePath(path: string): string {
  const plain = path.replace(/%2[789]/g, decodeURIComponent).replace(/\/{2,}/g, "/");
  return plain.replace(/\((\w+)='([^']*)'\)/g, "/$1=$2").replace(/(?<=.)\/$/, "");
}
