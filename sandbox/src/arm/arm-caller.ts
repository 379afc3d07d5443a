import type { Context, MiddlewareHandler } from "hono";
import { isAllowed, type Permission } from "../authorization.ts";
import { type BadToken, type Caller, readBearer } from "../bearer.ts";
import type { Environment } from "../environment.ts";
import type { Subscription, Tenant } from "../model.ts";
import { ArmError } from "./arm-error.ts";
import { findSubscription } from "./scope.ts";

export type ArmVariables = {
  readonly Variables: { caller: Caller; tenant: Tenant; subscription: Subscription };
};
export type ArmContext = Context<ArmVariables>;

const reasons: Record<BadToken, readonly [code: string, message: string]> = {
  missing: ["AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."],
  invalid: ["InvalidAuthenticationToken", "The access token is invalid."],
  expired: ["ExpiredAuthenticationToken", "The access token expiry is earlier than the current time."],
  audience: ["InvalidAuthenticationTokenAudience", "The access token has been obtained for a wrong audience."],
};

/** Who calls, in whatever tenant. Throws InvalidAuthenticationToken and its kin. */
export async function callerOf(environment: Environment, context: Context): Promise<Caller> {
  const caller = await readBearer(environment, context.req.header("authorization"), `${environment.baseUrl}/arm`);
  if (typeof caller === "string") throw new ArmError(401, ...reasons[caller]);
  return caller;
}

/** Lets a request pass whose token is for ARM and comes from the tenant that the subscription trusts. */
export const authenticate =
  (environment: Environment): MiddlewareHandler<ArmVariables> =>
  async (context, next) => {
    const caller = await callerOf(environment, context);
    const { tenant, subscription } = findSubscription(environment.model, context.req.path.slice("/arm".length));
    if (tenant !== caller.tenant)
      throw new ArmError(
        401,
        "InvalidAuthenticationTokenTenant",
        `The access token is from the wrong issuer: it is of tenant '${caller.tenant.id}' and must be of the tenant '${tenant.id}' associated with this subscription.`,
      );
    context.set("caller", caller);
    context.set("tenant", tenant);
    context.set("subscription", subscription);
    await next();
  };

/** Throws AuthorizationFailed unless the caller holds a role with this action at the scope or above it. */
export function requireAction(
  environment: Environment,
  context: ArmContext,
  wanted: string | Extract<Permission, { readonly action: string }>,
  scope: string,
): void {
  const { caller, tenant } = context.var;
  const permission = typeof wanted === "string" ? { action: wanted } : wanted;
  const { action } = permission;
  const allowed = (asked: Permission) => isAllowed(tenant, caller.objectId, scope, asked, environment.now());
  if (allowed(permission)) return;
  const unmet = allowed({ action }) ? " or an ABAC condition not fulfilled" : "";
  throw new ArmError(
    403,
    "AuthorizationFailed",
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization${unmet} to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
