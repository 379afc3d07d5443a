import { randomUUID } from "node:crypto";
import type { Environment } from "../environment.ts";
import type { ServicePrincipal, Tenant, User } from "../model.ts";
import { exchangeAudience, exchangeResourceId } from "../seed/provider.ts";
import { isGraph, withoutSlash } from "./resources.ts";

/** Seconds until an access token expires. */
export const tokenLifetime = ({ faults }: Environment): number => Math.floor(faults.scenario.tokens.lifetime / 1000);

/** Signs a token that the scenario may have begin later or end sooner. */
function issue(environment: Environment, claims: Parameters<Environment["keys"]["sign"]>[0]): Promise<string> {
  const { keys, faults } = environment;
  return keys.sign(claims, tokenLifetime(environment), Math.ceil(faults.scenario.tokens.notBefore / 1000));
}

export const issuerOf = (baseUrl: string, tenantId: string): string => `${baseUrl}/${tenantId}/v2.0`;

/** An access token for an app or a managed identity in one tenant; Graph permissions travel in it as `roles`. */
export function appToken(environment: Environment, tenant: Tenant, principal: ServicePrincipal, audience: string) {
  const { baseUrl } = environment;
  const isExchange = withoutSlash(audience) === exchangeAudience;
  return issue(environment, {
    ...subject(baseUrl, tenant, principal.id, isExchange ? exchangeResourceId : audience),
    ...(isExchange ? {} : { appid: principal.appId }),
    azp: principal.appId,
    idtyp: "app",
    ...(isGraph(baseUrl, audience) ? { roles: principal.graphPermissions } : {}),
  });
}

export type UserSession = { readonly tenant: Tenant; readonly user: User; readonly clientId: string };

/** An access token with which a client acts for a user. */
export function userToken(environment: Environment, session: UserSession, audience: string) {
  const { tenant, user, clientId } = session;
  return issue(environment, {
    ...subject(environment.baseUrl, tenant, user.id, audience),
    appid: clientId,
    azp: clientId,
    idtyp: "user",
    scp: "user_impersonation",
    ...names(user),
  });
}

/** Identifies the signed-in user to a client (OpenID Connect Core §2). */
export function idToken(environment: Environment, session: UserSession, nonce: string | undefined) {
  const { tenant, user, clientId } = session;
  return issue(environment, {
    ...subject(environment.baseUrl, tenant, user.id, clientId),
    ...names(user),
    ...(nonce === undefined ? {} : { nonce }),
  });
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
