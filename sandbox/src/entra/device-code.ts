import { randomInt } from "node:crypto";
import type { Environment } from "../environment.ts";
import { EntraError } from "./entra-error.ts";
import { type Form, required } from "./form.ts";
import { findRequestingApp } from "./requesting-app.ts";
import { userAudience } from "./resources.ts";
import { findSignIn, keepSignIn } from "./sign-ins.ts";
import { tenantOrAny } from "./tenant-path.ts";
import { userTokens } from "./user-tokens.ts";

const lifetimeSeconds = 900;

/** Shorter than Entra's five seconds, because loopback has no load to limit. */
const intervalSeconds = 1;

const letters = "BCDFGHJKLMNPQRSTVWXZ23456789";

/** Begins a sign-in on another device (RFC 8628 §3.2). */
export function beginDeviceCode(environment: Environment, name: string, form: Form) {
  const tenant = tenantOrAny(environment, name);
  const { appId } = findRequestingApp(environment, required(form, "client_id"), tenant);
  const scope = required(form, "scope");
  userAudience(environment.baseUrl, scope);
  const userCode = Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join("");
  const deviceCode = keepSignIn(environment, {
    kind: "device-code",
    clientId: appId,
    scope,
    userCode,
    tenantId: tenant?.id,
    outcome: "pending",
    expiresAt: new Date(environment.now().getTime() + lifetimeSeconds * 1000),
  });
  const page = `${environment.baseUrl}/devicelogin`;
  return {
    user_code: userCode,
    device_code: deviceCode,
    verification_uri: page,
    expires_in: lifetimeSeconds,
    interval: intervalSeconds,
    message: `To sign in, open ${page} in a web browser and enter the code ${userCode}.`,
  };
}

/** Answers a client that asks whether its user has signed in by now (RFC 8628 §3.5). */
export function redeemDeviceCode(environment: Environment, form: Form) {
  const code = required(form, "device_code");
  const signIn = findSignIn(environment, "device-code", code);
  if (signIn === undefined || signIn.clientId !== required(form, "client_id").toLowerCase())
    throw new EntraError(70020, "The device code is unknown or has expired.");
  const { outcome } = signIn;
  if (outcome === "pending") throw new EntraError(70016, "The user has not signed in yet. Continue polling.");
  environment.model.signIns.delete(code);
  if (outcome === "declined") throw new EntraError(65004, "The user declined to sign in.", "authorization_declined");
  return userTokens(environment, { ...outcome, clientId: signIn.clientId, scope: signIn.scope });
}
