import { randomUUID } from "node:crypto";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { Environment } from "../environment.ts";
import { refusalHeader } from "../http.ts";
import { beginDeviceCode } from "./device-code.ts";
import { discovery } from "./discovery.ts";
import { EntraError, refusalBody } from "./entra-error.ts";
import { readForm } from "./form.ts";
import { pages } from "./pages/pages.ts";
import { exchange } from "./token-endpoint.ts";

/** Entra ID: discovery, keys, tokens, and the pages on which people consent and sign in. */
export function createEntra(environment: Environment): Hono {
  const app = new Hono();
  app.use(traced);
  app.route("/", discovery(environment));
  app.post("/:tenant/oauth2/v2.0/token", async (context) =>
    context.json(await exchange(environment, context.req.param("tenant"), await readForm(context)), 200, noStore),
  );
  app.post("/:tenant/oauth2/v2.0/devicecode", async (context) =>
    context.json(beginDeviceCode(environment, context.req.param("tenant"), await readForm(context)), 200, noStore),
  );
  app.route("/", pages(environment));
  app.onError((error, context) => {
    if (!(error instanceof EntraError)) throw error;
    return context.json(refusalBody(error, correlationId(context)), error.status, {
      ...noStore,
      [refusalHeader]: `AADSTS${error.code}`,
    });
  });
  return app;
}

/** Headers of every answer, by which support finds a request. */
const traced: MiddlewareHandler = async (context, next) => {
  await next();
  context.header("x-ms-request-id", randomUUID());
  context.header("x-ms-ests-server", "2.1.0 - xtenant-sandbox");
};

const noStore = { "cache-control": "no-store", pragma: "no-cache" };

/** The id that the client gave its request, if it is a GUID. */
function correlationId(context: Context): string | undefined {
  const id = context.req.header("client-request-id") ?? context.req.query("client-request-id");
  return id !== undefined && /^[0-9a-f-]{36}$/i.test(id) ? id : undefined;
}
