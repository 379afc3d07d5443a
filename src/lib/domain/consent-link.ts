import { createHash, randomBytes } from "node:crypto";
import type { CloudEndpoints } from "./cloud-endpoints.ts";
import type { Customer } from "./customer.ts";
import type { ProviderApp } from "./provider-app.ts";

/**
 * The link with which a Customer's administrator admits the app (Entra v2 admin consent endpoint). The tenant is pinned in
 * the path, so an administrator of another tenant cannot accept by mistake; only `openid` is asked for, which grants
 * nothing. What comes back to the redirect is never trusted: a token for the tenant is the proof.
 */
export function buildConsentLink(
  cloud: CloudEndpoints,
  provider: ProviderApp,
  customer: Customer,
  { redirectUri, state }: ConsentReturn = anywhere(provider, customer),
): string {
  const link = new URL(`${cloud.authorityHost}/${customer.tenantId}/v2.0/adminconsent`);
  link.search = new URLSearchParams({
    client_id: provider.clientId,
    scope: "openid",
    redirect_uri: redirectUri,
    state,
  }).toString();
  return link.href;
}

/** Where the browser goes after consent, and the value by which its return is recognised. */
export type ConsentReturn = { readonly redirectUri: string; readonly state: string };

const anywhere = ({ consentRedirectUri }: ProviderApp, customer: Customer): ConsentReturn => ({
  redirectUri: consentRedirectUri,
  state: consentState(customer, randomBytes(16).toString("hex")),
});

/** A nonce and a digest that binds it to this Customer in this tenant (RFC 6749 §10.12). */
export const consentState = ({ name, tenantId }: Customer, nonce: string): string =>
  `${nonce}.${createHash("sha256").update(`${nonce}|${name}|${tenantId}`).digest("base64url")}`;
