import { createHash, randomBytes } from "node:crypto";
import type { CloudEndpoints } from "./cloud-endpoints.ts";
import type { Customer } from "./customer.ts";
import type { ProviderApp } from "./provider-app.ts";

/**
 * The link with which a customer's administrator consents to the app (Entra v2 admin consent endpoint). The path pins the
 * tenant, so that an administrator of another tenant cannot accept by mistake. The link requests only `openid`, which grants
 * no access. The redirect is not trusted: only a token for the tenant proves consent.
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

/** Where the browser goes after consent, and the value that identifies its return. */
export type ConsentReturn = { readonly redirectUri: string; readonly state: string };

const anywhere = ({ consentRedirectUri }: ProviderApp, customer: Customer): ConsentReturn => ({
  redirectUri: consentRedirectUri,
  state: consentState(customer, randomBytes(16).toString("hex")),
});

/** A nonce and a digest that binds it to this customer in this tenant (RFC 6749 §10.12). */
export const consentState = ({ name, tenantId }: Customer, nonce: string): string =>
  `${nonce}.${createHash("sha256").update(`${nonce}|${name}|${tenantId}`).digest("base64url")}`;
