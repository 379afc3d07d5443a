import { setTimeout as sleep } from "node:timers/promises";
import type { TokenCredential } from "@azure/identity";
import type { CloudEndpoints } from "../../domain/cloud-endpoints.ts";
import type { Guid } from "../../domain/customer.ts";
import { Failure } from "../../errors/failure.ts";
import { type ErrorContext, withAzureErrors } from "../error-mapping.ts";

type Holder = { readonly credential: TokenCredential; readonly subscriptionId: Guid };

const attempts = 4;
const pauseSeconds = 2;
const longestPauseSeconds = 60;

/**
 * Makes sure that the subscription belongs to the Customer's tenant, before anything in it is looked at or changed
 * (Subscriptions - Get, 2022-12-01). Resource Manager refuses tokens of other tenants itself; what it does not refuse is a
 * subscription that another tenant lets this one manage (Azure Lighthouse). Throws Failure "auth".
 */
export async function requireTenant(
  { armEndpoint }: CloudEndpoints,
  { credential, subscriptionId }: Holder,
  place: ErrorContext,
): Promise<void> {
  const found = await withAzureErrors(place, async () => {
    const { token } = (await credential.getToken(`${armEndpoint}/.default`)) ?? {};
    return subscription(`${armEndpoint}/subscriptions/${subscriptionId}?api-version=2022-12-01`, String(token));
  });
  refuseOtherTenant(found, subscriptionId, place);
}

/** Undefined: an administrator of less than the whole subscription may not read it; its tenant's token was taken, though. */
async function subscription(url: string, token: string): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { redirect: "error", headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return body;
    const { code, message } = ((body as { error?: object })?.error ?? {}) as { code?: string; message?: string };
    if (code === "AuthorizationFailed") return undefined;
    if (attempt === attempts || (answer.status !== 429 && answer.status < 500))
      throw Object.assign(new Error(message ?? answer.statusText), {
        statusCode: answer.status,
        ...(code ? { code } : {}),
      });
    const seconds = Number(answer.headers.get("retry-after") ?? pauseSeconds) || pauseSeconds;
    await sleep(Math.min(seconds, longestPauseSeconds) * 1000);
  }
}

export function refuseOtherTenant(found: unknown, subscriptionId: Guid, { customer, tenant }: ErrorContext): void {
  const { tenantId } = (found ?? {}) as { tenantId?: unknown };
  if (found === undefined || String(tenantId).toLowerCase() === tenant) return;
  throw new Failure(
    "auth",
    `subscription ${subscriptionId} belongs to tenant ${String(tenantId)}, not to ${customer}'s ${tenant}: nothing was changed`,
    {
      code: "SubscriptionOfOtherTenant",
      actor: "operator",
      hint: `check customers.${customer}.subscriptionId and tenantId in the config`,
    },
  );
}
