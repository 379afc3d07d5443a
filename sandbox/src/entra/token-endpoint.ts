import type { Environment } from "../environment.ts";
import { clientCredentials } from "./client-credentials.ts";
import { redeemDeviceCode } from "./device-code.ts";
import { EntraError } from "./entra-error.ts";
import { type Form, required } from "./form.ts";
import { tenantOf } from "./tenant-path.ts";
import { redeemCode, refresh } from "./user-grants.ts";

/** Answers one token request at `/{name}/oauth2/v2.0/token`; throws Entra's refusals. */
export async function exchange(environment: Environment, name: string, form: Form): Promise<object> {
  const grantType = required(form, "grant_type");
  switch (grantType) {
    case "client_credentials":
      return clientCredentials(environment, form, {
        tenant: tenantOf(environment, name),
        tokenEndpoint: `${environment.baseUrl}/${tenantOf(environment, name).id}/oauth2/v2.0/token`,
      });
    case "authorization_code":
      return redeemCode(environment, name, form);
    case "refresh_token":
      return refresh(environment, name, form);
    case "device_code":
    case "urn:ietf:params:oauth:grant-type:device_code":
      return redeemDeviceCode(environment, form);
    default:
      throw new EntraError(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
}
