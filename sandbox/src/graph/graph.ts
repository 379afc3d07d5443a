import { randomUUID } from "node:crypto";
import { Hono, type MiddlewareHandler } from "hono";
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
  app.use(described);
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

const dataType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/** The headers of every answer; what is made has its address, too. */
const described: MiddlewareHandler = async (context, next) => {
  await next();
  const requestId = randomUUID();
  context.header("request-id", requestId);
  context.header("client-request-id", context.req.header("client-request-id") ?? requestId);
  if (!context.res.ok) return;
  context.header("odata-version", "4.0");
  if (context.res.status === 204) return;
  context.header("content-type", dataType);
  if (context.res.status === 201) context.header("location", await addressOf(context.req.url, context.res.clone()));
};

/** A new object's own address: that of the request, with the id unless a key was in it. */
async function addressOf(asked: string, answer: Response): Promise<string> {
  const { origin, pathname } = new URL(asked);
  const { id } = (await answer.json()) as { id: string };
  return `${origin}${pathname}${/\)$/.test(decodeURIComponent(pathname)) ? "" : `/${id}`}`;
}

/** Writes a key predicate as a segment, which a router can match: `/things(appId='x')` becomes `/things/appId=x`. */
function resourcePath(path: string): string {
  const plain = path.replace(/%2[789]/g, decodeURIComponent).replace(/\/{2,}/g, "/");
  return plain.replace(/\((\w+)='([^']*)'\)/g, "/$1=$2").replace(/(?<=.)\/$/, "");
}
