import type { Environment } from "../environment.ts";
import { clientCredentials } from "./client-credentials.ts";
import { type Form, required } from "./form.ts";
import { EntraRefusal } from "./refusal.ts";
import { tenantOf } from "./tenant-path.ts";

/** Answers one token request at `/{name}/oauth2/v2.0/token`; throws Entra's refusals. */
export function exchange(environment: Environment, name: string, form: Form): Promise<object> {
  const grantType = required(form, "grant_type");
  switch (grantType) {
    case "client_credentials":
      return clientCredentials(environment, form, {
        tenant: tenantOf(environment, name),
        tokenEndpoint: `${environment.baseUrl}/${tenantOf(environment, name).id}/oauth2/v2.0/token`,
      });
    default:
      throw new EntraRefusal(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
}
