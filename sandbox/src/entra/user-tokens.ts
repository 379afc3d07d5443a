import type { Environment } from "../environment.ts";
import { EntraError } from "./entra-error.ts";
import { resourceScopes, userAudience } from "./resources.ts";
import { keepSignIn } from "./sign-ins.ts";
import { idToken, tokenLifetime, type UserSession, userToken } from "./tokens.ts";

const refreshLifetimeMilliseconds = 24 * 3600_000;

/** What a sign-in is redeemed for. */
export type Redeemed = {
  readonly tenantId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scope: string;
  readonly nonce?: string;
};

/** The answer to a client that acts for a user: an access token, an id token, and a refresh token if it asked for one. */
export async function userTokens(environment: Environment, { scope, nonce, ...redeemed }: Redeemed) {
  const session = openSession(environment, redeemed);
  const audience = userAudience(environment.baseUrl, scope) ?? `${environment.baseUrl}/graph`;
  const granted = scope.split(/\s+/);
  return {
    token_type: "Bearer",
    scope: [...resourceScopes(scope), "openid", "profile"].join(" "),
    expires_in: tokenLifetime(environment) - 1,
    ext_expires_in: tokenLifetime(environment) - 1,
    access_token: await userToken(environment, session, audience),
    ...(granted.includes("openid") ? { id_token: await idToken(environment, session, nonce) } : {}),
    ...(granted.includes("offline_access") ? { refresh_token: refreshToken(environment, { ...redeemed, scope }) } : {}),
    client_info: Buffer.from(JSON.stringify({ uid: session.user.id, utid: session.tenant.id })).toString("base64url"),
  };
}

const refreshToken = (environment: Environment, { tenantId, userId, clientId, scope }: Redeemed) =>
  keepSignIn(environment, {
    kind: "refresh-token",
    tenantId,
    userId,
    clientId,
    scope,
    expiresAt: new Date(environment.now().getTime() + refreshLifetimeMilliseconds),
  });

function openSession({ model }: Environment, { tenantId, userId, clientId }: Omit<Redeemed, "scope">): UserSession {
  const tenant = model.tenants.get(tenantId);
  const user = tenant?.users.get(userId);
  if (tenant === undefined || user === undefined)
    throw new EntraError(50020, "The user account is no longer in the tenant.");
  return { tenant, user, clientId };
}
