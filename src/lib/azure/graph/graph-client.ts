import type { TokenCredential } from "@azure/identity";
import type { Client } from "@microsoft/microsoft-graph-client";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";

/** The client sends its token to Microsoft's hosts only, and to `customHosts` (names without port), here the sandbox's. */
export async function graphClient(
  { graphEndpoint, sandbox }: CloudEndpoints,
  credential: TokenCredential,
): Promise<Client> {
  const [sdk, { TokenCredentialAuthenticationProvider }] = await Promise.all([
    import("@microsoft/microsoft-graph-client"),
    import("@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js"),
  ]);
  return sdk.Client.initWithMiddleware({
    baseUrl: `${graphEndpoint}/`,
    defaultVersion: "v1.0",
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [`${graphEndpoint}/.default`] }),
    ...(sandbox === undefined ? {} : { customHosts: new Set([new URL(graphEndpoint).hostname]) }),
  });
}

const statusOf = (error: unknown) => (error as { statusCode?: unknown }).statusCode;

export function absentWhenNotFound(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}

/** Somebody else created it between our request and our change (Request_MultipleObjectsWithSameKeyValue). */
export function existingWhenConflict(error: unknown): "existing" {
  if (statusOf(error) !== 409) throw error;
  return "existing";
}
