import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";

/**
 * The same credential, where equal requests at the same time are one request. A command that opens a connection while it signs in
 * then costs Entra no second token. A request that can be aborted is not shared.
 */
export function shareRequests(credential: TokenCredential): TokenCredential {
  const running = new Map<string, Promise<AccessToken | null>>();
  return {
    getToken: (scopes, options) => {
      if (options?.abortSignal) return credential.getToken(scopes, options);
      const key = keyOf(scopes, options);
      const known = running.get(key);
      if (known) return known;
      const request = credential.getToken(scopes, options).finally(() => running.delete(key));
      running.set(key, request);
      return request;
    },
  };
}

const keyOf = (scopes: string | string[], { claims, tenantId, enableCae }: GetTokenOptions = {}): string =>
  JSON.stringify([scopes, claims, tenantId, enableCae]);
