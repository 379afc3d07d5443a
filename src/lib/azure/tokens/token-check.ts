import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import type { Guid, TenantId } from "../../domain/customer.ts";
import { Failure } from "../../errors/failure.ts";
import { audienceOf, isAudienceOf } from "./token-audience.ts";
import { type Claims, claimsOf } from "./token-claims.ts";

/** The tenant and the app that a token must name. */
export type ExpectedToken = {
  readonly tenantId: TenantId;
  /** Absent for people, who sign in through the client of their tool. */
  readonly clientId?: Guid;
};

/** How long before its end a token is no longer handed out. */
export const refreshMarginMilliseconds = 5 * 60_000;

/**
 * One credential pinned to one tenant. Concurrent callers share one request. Another token is requested only near the end of
 * the current one. A token for another tenant, app or audience is refused before it is used.
 */
export function checkTokens(credential: TokenCredential, expected: ExpectedToken): TokenCredential {
  const tokens = new Map<string, Promise<AccessToken>>();
  const acquire = async (scope: string, options: GetTokenOptions) => {
    const token = await credential.getToken(scope, options);
    if (token === null) throw new Failure("NoToken", "the credential gave no token");
    refuseMismatch(claimsOf(token.token), expected, scope);
    return token;
  };
  return {
    getToken: async (scopes, options = {}) => {
      const scope = [scopes].flat().join(" ");
      const before = tokens.get(scope);
      const known = await before?.catch(() => undefined);
      if (known && known.expiresOnTimestamp - Date.now() > refreshMarginMilliseconds) return known;
      // Only the first of several callers finds it still there.
      if (known && tokens.get(scope) === before) tokens.delete(scope);
      const { tenantId: _pinned, ...rest } = options;
      const asked = tokens.get(scope) ?? acquire(scope, rest);
      tokens.set(scope, asked);
      asked.catch(() => tokens.get(scope) === asked && tokens.delete(scope));
      return asked;
    },
  };
}

/** Throws Failure "auth" for a token of another tenant or app, or for another service. */
export function refuseMismatch(claims: Claims, { tenantId, clientId }: ExpectedToken, scope: string): void {
  const app = claims.appid ?? claims.azp;
  const audience = audienceOf(scope);
  if (claims.tid !== undefined && claims.tid !== tenantId)
    throw mismatch(`tenant ${String(claims.tid)}`, `tenant ${tenantId}`);
  if (clientId !== undefined && app !== undefined && String(app).toLowerCase() !== clientId)
    throw mismatch(`app ${String(app)}`, `app ${clientId}`);
  if (claims.aud !== undefined && !isAudienceOf(audience, claims.aud))
    throw mismatch(`audience ${String(claims.aud)}`, `audience ${audience}`);
}

const mismatch = (got: string, wanted: string) =>
  new Failure("TokenMismatch", `refused a token for ${got}: it must be for ${wanted}`);
