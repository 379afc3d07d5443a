import type { Environment } from "../environment.ts";
import { githubIssuer } from "../github/job.ts";
import { type FederatedIdentityCredential, findTenant, type ServicePrincipal, type Tenant } from "../model.ts";
import { exchangeAudience, exchangeResourceId } from "../seed/provider.ts";
import { refusalFor } from "./certificate-assertion.ts";
import type { Assertion } from "./client-authentication.ts";
import { EntraError } from "./entra-error.ts";
import type { Client } from "./find-registration.ts";
import { issuerOf } from "./tokens.ts";

/** Checks another issuer's token against the federated credentials of the app (Entra, workload identity federation). */
export async function verifyFederatedAssertion(
  environment: Environment,
  client: Client,
  assertion: Assertion,
): Promise<void> {
  matchCredential(environment, client, assertion);
  const issuer = findIssuer(environment, assertion.claims.iss);
  try {
    await environment.keys.verify(assertion.token);
  } catch (error) {
    throw refusalFor(error, assertion);
  }
  if (issuer !== "oidc") checkManagedIdentity(issuer, client, assertion);
}

/** Issuer, subject and audience must be those of one credential; the refusal names the first that is not. */
function matchCredential({ baseUrl }: Environment, { application }: Client, { claims }: Assertion): void {
  const { iss = "", sub = "", aud } = claims;
  const { appId, displayName, federatedIdentityCredentials: credentials } = application;
  if (credentials.length === 0)
    throw new EntraError(
      70025,
      `The client '${appId}'(${displayName}) has no configured federated identity credentials.`,
    );
  const byIssuer = credentials.filter(({ issuer }) => issuer === iss);
  if (byIssuer.length === 0) throw noMatch(700211, "issuer", iss);
  const bySubject = byIssuer.filter(({ subject }) => subject === sub);
  if (bySubject.length === 0)
    throw byIssuer.some(({ subject }) => isSameText(subject, sub)) ? otherCase(sub) : noMatch(700213, "subject", sub);
  const presented = [aud ?? []].flat();
  if (iss.startsWith(baseUrl) && presented.includes(exchangeResourceId)) {
    if (!bySubject.some(({ audiences }) => audiences.includes(exchangeAudience))) throw wrongAudience(bySubject);
    return;
  }
  if (!bySubject.some(({ audiences }) => audiences.some((audience) => presented.includes(audience))))
    throw noMatch(700212, "audience", presented.join(", "));
}

const isSameText = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

const otherCase = (presented: string) =>
  new EntraError(
    7002138,
    `No matching federated identity record found for presented assertion subject '${presented}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison.`,
  );

/** Entra demands the address in the credential, although the token has the id. */
const wrongAudience = ([credential]: readonly FederatedIdentityCredential[]) =>
  new EntraError(
    700214,
    `The audience '${credential?.audiences.join(", ") ?? ""}' of the federated identity credential must be '${exchangeAudience}'.`,
  );

const noMatch = (code: 700211 | 700212 | 700213, what: string, presented: string | undefined) =>
  new EntraError(
    code,
    `No matching federated identity record found for presented assertion ${what} '${presented ?? ""}'. ` +
      "Check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
  );

/** Only issuers whose keys the sandbox holds can be checked: its own tenants, its `/oidc` and its GitHub. */
function findIssuer({ model, baseUrl }: Environment, issuer: string | undefined): Tenant | "oidc" {
  if (issuer === `${baseUrl}/oidc` || issuer === githubIssuer(baseUrl)) return "oidc";
  const tenantId = issuer?.match(/([^/]+)\/v2\.0$/)?.[1];
  const tenant = tenantId === undefined ? undefined : findTenant(model, tenantId);
  if (tenant !== undefined && issuer === issuerOf(baseUrl, tenant.id)) return tenant;
  throw new EntraError(
    50166,
    `Request to External OIDC endpoint failed: the sandbox cannot fetch keys of '${issuer}'.`,
  );
}

/** Of Entra's own tokens only a managed identity's will do, and only one of the tenant that owns the app. */
function checkManagedIdentity(issuer: Tenant, client: Client, { claims }: Assertion): void {
  if (issuer !== client.tenant)
    throw new EntraError(
      700236,
      "Entra ID tokens issued by another tenant may not be used for federated identity credential flows.",
    );
  const identity: ServicePrincipal | undefined = issuer.servicePrincipals.get(claims.sub ?? "");
  if (identity?.type !== "ManagedIdentity")
    throw new EntraError(700226, "Only MSI tokens may be used for federated identity credential flows.");
}
