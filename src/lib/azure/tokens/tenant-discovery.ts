import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { parseTenantId, type TenantId } from "../../domain/customer.ts";
import { Failure } from "../../errors/failure.ts";
import { callAzure } from "../call-policy.ts";
import { type FetchRetry, fetchWithRetry } from "../fetch-with-retry.ts";

/**
 * The tenant that a verified domain belongs to in this cloud, from Entra's own discovery document, without a sign-in. Throws
 * Failure "auth" AADSTS90002 when the cloud knows no such domain.
 */
export async function discoverTenant(cloud: CloudEndpoints, domain: string): Promise<TenantId> {
  const context = { customer: "the customer", tenant: domain, namespace: "" };
  const document = await callAzure(context, async () => {
    const address = `${cloud.authorityHost}/${encodeURIComponent(domain)}/v2.0/.well-known/openid-configuration`;
    const answer = await fetchWithRetry(address, { redirect: "error" }, retries);
    if (answer.status === 429 || answer.status >= 500)
      throw new Failure(
        answer.status === 429 ? "TooManyRequests" : "ServiceUnavailable",
        `could not resolve tenant ${domain} (HTTP ${answer.status})`,
      );
    const body: unknown = await answer.json();
    if (!answer.ok)
      throw new Error(String((body as { error_description?: unknown }).error_description ?? answer.status));
    return body;
  });
  return issuerTenant(document, cloud, domain);
}

/** Entra throttles by 429 and names the time to wait. */
const retries: FetchRetry = {
  attempts: 2,
  isRetried: (status) => status === 429,
  pause: 1_000,
  longestPause: 30_000,
};

/** `issuer` is `<authority>/<tenant id>/v2.0`; an answer with another authority is refused. */
function issuerTenant(document: unknown, { authorityHost }: CloudEndpoints, domain: string): TenantId {
  const { issuer } = document as { issuer?: unknown };
  const [, id] =
    typeof issuer === "string" && issuer.startsWith(`${authorityHost}/`)
      ? issuer.slice(authorityHost.length).split("/")
      : [];
  if (id === undefined) throw new Failure("NoTenant", `Entra knows no tenant for the domain ${domain}`);
  return parseTenantId(id);
}
