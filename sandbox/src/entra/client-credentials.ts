import type { Environment } from "../environment.ts";
import { type Audience, authenticateClient } from "./client-authentication.ts";
import { checkEnabled, findClient } from "./find-registration.ts";
import { type Form, required } from "./form.ts";
import { appAudience } from "./resources.ts";
import { appToken, tokenLifetime } from "./tokens.ts";

/** A token for the app itself (RFC 6749 §4.4). */
export async function clientCredentials(environment: Environment, form: Form, audience: Audience) {
  const { tenant } = audience;
  const client = findClient(environment, tenant, required(form, "client_id"));
  await authenticateClient(environment, { client, form, audience });
  checkEnabled(client.principal);
  const resource = appAudience(environment.baseUrl, required(form, "scope"));
  return {
    token_type: "Bearer",
    expires_in: tokenLifetime(environment) - 1,
    ext_expires_in: tokenLifetime(environment) - 1,
    access_token: await appToken(environment, tenant, client.principal, resource),
  };
}
