import type { TokenCredential } from "@azure/identity";
import type { Client, Middleware } from "@microsoft/microsoft-graph-client";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { HttpGuard } from "../http/http-guard.ts";

/** The client sends its token to Microsoft's hosts only, and to `customHosts` (names without port), here the sandbox's. */
export async function graphClient(
  { graphEndpoint, sandbox }: CloudEndpoints,
  credential: TokenCredential,
  { fetch }: Pick<HttpGuard, "fetch">,
): Promise<Client> {
  const [sdk, { TokenCredentialAuthenticationProvider }] = await Promise.all([
    import("@microsoft/microsoft-graph-client"),
    import("@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js"),
  ]);
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: [`${graphEndpoint}/.default`] });
  // The client's own chain ends with a request by `fetch`.
  const chain = sdk.MiddlewareFactory.getDefaultMiddlewareChain(authProvider).slice(0, -1);
  const request: Middleware = {
    execute: async (context) => {
      context.response = await fetch(context.request, context.options);
    },
  };
  return sdk.Client.initWithMiddleware({
    baseUrl: `${graphEndpoint}/`,
    defaultVersion: "v1.0",
    middleware: [...chain, request],
    ...(sandbox === undefined ? {} : { customHosts: new Set([new URL(graphEndpoint).hostname]) }),
  });
}

const statusOf = (error: unknown) => (error as { statusCode?: unknown }).statusCode;

export const isNotFound = (error: unknown): boolean => statusOf(error) === 404;

export function absentWhenNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

/** Somebody else created it between our request and our change (Request_MultipleObjectsWithSameKeyValue). */
export function existingWhenConflict(error: unknown): "existing" {
  if (statusOf(error) !== 409) throw error;
  return "existing";
}
