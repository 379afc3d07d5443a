import { setTimeout as pause } from "node:timers/promises";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import { parseTenantId, type TenantId } from "../../domain/customer.ts";
import { Failure } from "../../errors/failure.ts";
import { withAzureErrors } from "../error-mapping.ts";

/**
 * The tenant that a verified domain belongs to in this cloud, from Entra's own discovery document: nobody signs in. Throws
 * Failure "auth" AADSTS90002 when the cloud knows no such domain.
 */
export async function discoverTenant(cloud: CloudEndpoints, domain: string): Promise<TenantId> {
  const place = { customer: "the Customer", tenant: domain, namespace: "" };
  const document = await withAzureErrors(place, async () => {
    const address = `${cloud.authorityHost}/${encodeURIComponent(domain)}/v2.0/.well-known/openid-configuration`;
    const answer = await retryDiscovery(() => fetch(address, { redirect: "error" }));
    if (answer.status === 429 || answer.status >= 500)
      throw new Failure("unavailable", `Entra cannot say now which tenant ${domain} is (HTTP ${answer.status})`, {
        code: answer.status === 429 ? "TooManyRequests" : "ServiceUnavailable",
        actor: "Microsoft",
        hint: "try again later",
      });
    const body: unknown = await answer.json();
    if (!answer.ok)
      throw new Error(String((body as { error_description?: unknown }).error_description ?? answer.status));
    return body;
  });
  return issuerTenant(document, cloud, domain);
}

/** A throttled answer (429) is asked for once more, after as long as Entra says and never more than 30 s. */
async function retryDiscovery(ask: () => Promise<Response>): Promise<Response> {
  const answer = await ask();
  if (answer.status !== 429) return answer;
  await pause(Math.min(Number(answer.headers.get("retry-after")) || 1, 30) * 1000);
  return ask();
}

/** `issuer` is `<authority>/<tenant id>/v2.0`; an answer from elsewhere is not believed. */
function issuerTenant(document: unknown, { authorityHost }: CloudEndpoints, domain: string): TenantId {
  const { issuer } = document as { issuer?: unknown };
  const [, id] =
    typeof issuer === "string" && issuer.startsWith(`${authorityHost}/`)
      ? issuer.slice(authorityHost.length).split("/")
      : [];
  if (id === undefined)
    throw new Failure("auth", `Entra did not say which tenant ${domain} belongs to`, {
      code: "NoTenant",
      hint: "give the tenant's id instead of its domain",
    });
  return parseTenantId(id);
}
