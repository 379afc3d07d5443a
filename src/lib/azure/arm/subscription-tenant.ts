import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { Guid } from "../../domain/customer.ts";
import { omitUndefined } from "../../domain/omit-undefined.ts";
import { Failure } from "../../errors/failure.ts";
import { callAzure } from "../call-policy.ts";
import type { ErrorContext } from "../error-mapping.ts";
import { type FetchRetry, fetchWithRetry } from "../fetch-with-retry.ts";
import type { AnswerLimits } from "../http/bounded-answer.ts";

type Holder = { readonly credential: TokenCredential; readonly subscriptionId: Guid };

const retries: FetchRetry = {
  attempts: 4,
  isRetried: (status) => status === 429 || status >= 500,
  pause: 2_000,
  longestPause: 60_000,
};

/**
 * Makes sure that the subscription belongs to the customer's tenant, before anything in it is read or changed
 * (Subscriptions - Get, 2022-12-01). Resource Manager refuses tokens of other tenants, but not a subscription that another
 * tenant delegates to this one (Azure Lighthouse). Throws Failure "auth".
 */
export async function requireTenant(
  { armEndpoint }: CloudEndpoints,
  { credential, subscriptionId }: Holder,
  context: ErrorContext,
  limits: AnswerLimits,
): Promise<void> {
  const found = await callAzure(context, async () => {
    const { token } = (await credential.getToken(`${armEndpoint}/.default`)) ?? {};
    const url = `${armEndpoint}/subscriptions/${subscriptionId}?api-version=2022-12-01`;
    return readSubscription(url, String(token), limits);
  });
  refuseOtherTenant(found, subscriptionId, context);
}

/** Undefined: an administrator of a part of the subscription may not read it, but Resource Manager accepted the token. */
async function readSubscription(url: string, token: string, limits: AnswerLimits): Promise<unknown> {
  const answer = await fetchWithRetry(
    url,
    { redirect: "error", headers: { authorization: `Bearer ${token}` } },
    { ...retries, limits },
  );
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return body;
  const { code, message } = ((body as { error?: object })?.error ?? {}) as { code?: string; message?: string };
  if (code === "AuthorizationFailed") return undefined;
  throw Object.assign(new Error(message ?? answer.statusText), {
    statusCode: answer.status,
    ...omitUndefined({ code }),
  });
}

export function refuseOtherTenant(found: unknown, subscriptionId: Guid, { customer, tenant }: ErrorContext): void {
  const { tenantId } = (found ?? {}) as { tenantId?: unknown };
  if (found === undefined || String(tenantId).toLowerCase() === tenant) return;
  throw new Failure(
    "SubscriptionOfOtherTenant",
    `subscription ${subscriptionId} belongs to tenant ${String(tenantId)}, not to ${customer}'s ${tenant}: nothing was changed`,
    { params: { customer, tenant } },
  );
}
