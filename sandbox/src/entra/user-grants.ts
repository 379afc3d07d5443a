import { createHash } from "node:crypto";
import type { Environment } from "../environment.ts";
import { authenticateClient } from "./client-authentication.ts";
import { EntraError } from "./entra-error.ts";
import { findClient } from "./find-registration.ts";
import { type Form, required } from "./form.ts";
import { findRequestingApp } from "./requesting-app.ts";
import { findSignIn } from "./sign-ins.ts";
import { tenantOrAny } from "./tenant-path.ts";
import { userTokens } from "./user-tokens.ts";

/** Redeems the code with which a page sent the user back (RFC 6749 §4.1.3, PKCE RFC 7636 §4.6). A code is good once. */
export async function redeemCode(environment: Environment, name: string, form: Form) {
  const clientId = await checkClient(environment, name, form);
  const code = required(form, "code");
  const signIn = findSignIn(environment, "authorization-code", code);
  environment.model.signIns.delete(code);
  if (signIn === undefined || signIn.clientId !== clientId || !isHere(environment, name, signIn.tenantId))
    throw new EntraError(70008, "The provided authorization code has expired or is not of this client and tenant.");
  if (signIn.redirectUri !== required(form, "redirect_uri"))
    throw new EntraError(50011, "The redirect URI is not the one with which the code was requested.", "invalid_grant");
  if (signIn.codeChallenge !== undefined && signIn.codeChallenge !== challengeOf(form.code_verifier ?? ""))
    throw new EntraError(501481, "The code_verifier does not match the code_challenge of the authorization request.");
  return userTokens(environment, { ...signIn, scope: form.scope ?? signIn.scope });
}

/** RFC 6749 §6. The token stays good, as in Entra; the answer brings a newer one. */
export async function refresh(environment: Environment, name: string, form: Form) {
  const clientId = await checkClient(environment, name, form);
  const signIn = findSignIn(environment, "refresh-token", required(form, "refresh_token"));
  if (signIn === undefined || signIn.clientId !== clientId || !isHere(environment, name, signIn.tenantId))
    throw new EntraError(70000, "The provided refresh token is unknown, expired, or of another client or tenant.");
  return userTokens(environment, { ...signIn, scope: form.scope ?? signIn.scope });
}

/** A public client has nothing to prove; an app that has credentials must use them. */
async function checkClient(environment: Environment, name: string, form: Form): Promise<string> {
  const clientId = required(form, "client_id");
  const tenant = tenantOrAny(environment, name);
  const { appId, registration } = findRequestingApp(environment, clientId, tenant);
  if (registration === undefined || tenant === undefined) return appId;
  const tokenEndpoint = `${environment.baseUrl}/${tenant.id}/oauth2/v2.0/token`;
  const client = findClient(environment, tenant, clientId);
  await authenticateClient(environment, { client, form, audience: { tenant, tokenEndpoint } });
  return appId;
}

function isHere(environment: Environment, name: string, tenantId: string): boolean {
  const tenant = tenantOrAny(environment, name);
  return tenant === undefined || tenant.id === tenantId;
}

const challengeOf = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");
