import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import { EntraError, refusalBody } from "./entra-error.ts";
import { tenantOrAny } from "./tenant-path.ts";
import { issuerOf } from "./tokens.ts";

/** What clients read first (OpenID Connect Discovery §4), and the public keys of the tenants and of `/oidc`. */
export function discovery(environment: Environment): Hono {
  const { baseUrl, keys } = environment;
  const app = new Hono();
  app.get("/oidc/.well-known/openid-configuration", (context) =>
    context.json({
      issuer: `${baseUrl}/oidc`,
      jwks_uri: `${baseUrl}/oidc/keys`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    }),
  );
  app.get("/oidc/keys", (context) => context.json(keys.jwks));
  app.get("/:tenant/discovery/v2.0/keys", (context) => {
    tenantOrAny(environment, context.req.param("tenant"));
    return context.json(keys.jwks);
  });
  app.get("/common/discovery/instance", (context) => context.json(instance(baseUrl, context.req.query())));
  for (const path of [
    "/:tenant/v2.0/.well-known/openid-configuration",
    "/:tenant/.well-known/openid-configuration",
  ] as const)
    app.get(path, (context) => {
      try {
        return context.json(configuration(environment, context.req.param("tenant")), 200, cached);
      } catch (error) {
        if (!(error instanceof EntraError)) throw error;
        const body = refusalBody(error);
        return context.json(error.code === 90002 ? { ...body, error: "invalid_tenant" } : body, 400, cached);
      }
    });
  return app;
}

/** How long a client may keep it. */
const cached = { "cache-control": "max-age=86400, private" };

/** The cloud of an authority (Entra, instance discovery 1.1): the sandbox is one of its own. */
function instance(baseUrl: string, { authorization_endpoint: asked = "" }: Readonly<Record<string, string>>) {
  const { host } = new URL(baseUrl);
  const tenant = URL.parse(asked)?.pathname.split("/")[1] || "common";
  return {
    tenant_discovery_endpoint: `${baseUrl}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

/** At `/organizations` the issuer is a template that each client fills with the tenant of the token it got. */
function configuration(environment: Environment, name: string) {
  const { baseUrl } = environment;
  const id = tenantOrAny(environment, name)?.id;
  const path = `${baseUrl}/${id ?? name}`;
  return {
    issuer: issuerOf(baseUrl, id ?? "{tenantid}"),
    authorization_endpoint: `${path}/oauth2/v2.0/authorize`,
    token_endpoint: `${path}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${path}/oauth2/v2.0/devicecode`,
    jwks_uri: `${path}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    cloud_instance_name: new URL(baseUrl).host,
    msgraph_host: `${new URL(baseUrl).host}/graph`,
    tenant_region_scope: "EU",
  };
}
