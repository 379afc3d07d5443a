import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import type { Subscription, Tenant } from "../model.ts";
import { type ArmVariables, callerOf } from "./arm-caller.ts";
import { page } from "./arm-page.ts";

/** The list of subscriptions (Microsoft.Resources 2022-12-01): those of the token's tenant in which the caller has a role. */
export function subscriptions(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  app.get("/subscriptions", async (context) => {
    const { tenant, objectId } = await callerOf(environment, context);
    const scopes = [...tenant.roleAssignments.values()]
      .filter(({ principalId }) => principalId === objectId)
      .map(({ scope }) => `${scope}/`);
    const seen = [...tenant.subscriptions.values()].filter(({ id }) =>
      scopes.some((scope) => scope.startsWith(`/subscriptions/${id}/`)),
    );
    return context.json(
      page(
        context,
        environment,
        seen.map((subscription) => subscriptionView(subscription, tenant)),
      ),
    );
  });
  return app;
}

export const subscriptionView = ({ id }: Subscription, { id: tenantId, displayName }: Tenant) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  tenantId,
  displayName: `${displayName} messaging`,
  state: "Enabled",
  authorizationSource: "RoleBased",
  managedByTenants: [],
});
