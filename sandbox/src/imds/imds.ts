import { type Context, Hono } from "hono";
import { knownResource, withoutSlash } from "../entra/resources.ts";
import { appToken, tokenLifetime } from "../entra/tokens.ts";
import type { Environment } from "../environment.ts";
import type { ServicePrincipal, Tenant } from "../model.ts";
import { exchangeAudience } from "../seed/provider.ts";

type Identity = { readonly tenant: Tenant; readonly principal: ServicePrincipal };

const newestVersions = ["2023-07-01", "2021-12-13", "2021-11-15"];

/**
 * The endpoint from which a machine's managed identities get their tokens (Azure Instance Metadata Service). The machine
 * of the sandbox has the identities of all tenants, so a client must name the identity.
 */
export function createImds(environment: Environment): Hono {
  const app = new Hono();
  for (const path of ["/metadata/identity/oauth2/token", "/metadata/identity/oauth2/token/"])
    app.get(path, (context) => answer(environment, context));
  return app;
}

async function answer(environment: Environment, context: Context): Promise<Response> {
  if (context.req.header("metadata")?.toLowerCase() !== "true")
    return refuse(context, "Required metadata header not specified");
  if (context.req.header("x-forwarded-for") !== undefined)
    return refuse(context, "Requests that a proxy passed on are refused");
  const { "api-version": version, resource, ...wanted } = context.req.query();
  if (version === undefined)
    return context.json(
      { error: "Bad request. api-version was not specified in the request", "newest-versions": newestVersions },
      400,
    );
  if (resource === undefined) return refuse(context, "Required query variable 'resource' is missing");
  const identity = findIdentity(environment, wanted);
  if (typeof identity === "string") return refuse(context, identity);
  if (!isResource(environment, resource))
    return refuse(
      context,
      `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`,
      "invalid_resource",
    );
  return context.json(await token(environment, identity, resource));
}

const refuse = (context: Context, text: string, error = "invalid_request") =>
  context.json({ error, error_description: text }, 400);

/** The identity that the query names, or why there is none. */
function findIdentity({ model }: Environment, query: Readonly<Record<string, string>>): Identity | string {
  const clientId = query.client_id?.toLowerCase();
  const objectId = (query.object_id ?? query.principal_id)?.toLowerCase();
  if (clientId === undefined && objectId === undefined)
    return "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request";
  for (const tenant of model.tenants.values())
    for (const principal of tenant.servicePrincipals.values())
      if (principal.type === "ManagedIdentity" && (principal.appId === clientId || principal.id === objectId))
        return { tenant, principal };
  return "Identity not found";
}

function isResource({ baseUrl }: Environment, resource: string): boolean {
  if (withoutSlash(resource) === exchangeAudience) return true;
  try {
    return knownResource(baseUrl, resource) === resource;
  } catch {
    return false;
  }
}

/** Numbers are text in this answer, as in Azure's. */
async function token(environment: Environment, { tenant, principal }: Identity, resource: string) {
  const now = Math.floor(environment.now().getTime() / 1000);
  return {
    access_token: await appToken(environment, tenant, principal, resource),
    client_id: principal.appId,
    expires_in: String(tokenLifetime(environment) - 1),
    expires_on: String(now + tokenLifetime(environment)),
    ext_expires_in: String(tokenLifetime(environment) - 1),
    not_before: String(now),
    resource,
    token_type: "Bearer",
  };
}
