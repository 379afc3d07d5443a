import { randomUUID } from "node:crypto";
import type { Environment } from "../environment.ts";
import type { ServicePrincipal, Tenant, User } from "../model.ts";
import { isGraph } from "./resources.ts";

/** Seconds until an access token expires. */
export const tokenLifetime = 3600;

export const issuerOf = (baseUrl: string, tenantId: string): string => `${baseUrl}/${tenantId}/v2.0`;

/** An access token for an app or a managed identity in one tenant; Graph permissions travel in it as `roles`. */
export function appToken(
  { keys, baseUrl }: Environment,
  tenant: Tenant,
  principal: ServicePrincipal,
  audience: string,
) {
  return keys.sign(
    {
      ...subject(baseUrl, tenant, principal.id, audience),
      appid: principal.appId,
      azp: principal.appId,
      idtyp: "app",
      ...(isGraph(baseUrl, audience) ? { roles: principal.graphPermissions } : {}),
    },
    tokenLifetime,
  );
}

export type UserSession = { readonly tenant: Tenant; readonly user: User; readonly clientId: string };

/** An access token with which a client acts for a user. */
export function userToken({ keys, baseUrl }: Environment, session: UserSession, audience: string) {
  const { tenant, user, clientId } = session;
  return keys.sign(
    {
      ...subject(baseUrl, tenant, user.id, audience),
      appid: clientId,
      azp: clientId,
      idtyp: "user",
      scp: "user_impersonation",
      ...names(user),
    },
    tokenLifetime,
  );
}

/** Tells a client who signed in (OpenID Connect Core §2). */
export function idToken({ keys, baseUrl }: Environment, session: UserSession, nonce: string | undefined) {
  const { tenant, user, clientId } = session;
  return keys.sign(
    {
      ...subject(baseUrl, tenant, user.id, clientId),
      ...names(user),
      ...(nonce === undefined ? {} : { nonce }),
    },
    tokenLifetime,
  );
}

const subject = (baseUrl: string, tenant: Tenant, id: string, audience: string) => ({
  aud: audience,
  iss: issuerOf(baseUrl, tenant.id),
  sub: id,
  oid: id,
  tid: tenant.id,
  ver: "2.0",
  uti: randomUUID(),
});

const names = ({ userPrincipalName, displayName }: User) => ({
  name: displayName,
  preferred_username: userPrincipalName,
  upn: userPrincipalName,
});
