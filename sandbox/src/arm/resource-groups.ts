import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import type { ResourceGroup, Subscription } from "../model.ts";
import { type ArmVariables, requireAction } from "./arm-caller.ts";
import { page } from "./arm-page.ts";
import { findGroup } from "./scope.ts";
import { subscriptionView } from "./subscriptions.ts";

const readSubscription = "Microsoft.Resources/subscriptions/read";
const readGroups = "Microsoft.Resources/subscriptions/resourceGroups/read";

/** A subscription and its resource groups (Microsoft.Resources 2022-12-01), to be read; the seed makes them. */
export function resourceGroups(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  app.get("/:scope{subscriptions/[^/]+}", (context) => {
    requireAction(environment, context, readSubscription, `/${context.req.param("scope")}`);
    return context.json(subscriptionView(context.var.subscription, context.var.tenant));
  });
  app.get("/:scope{subscriptions/[^/]+}/resourcegroups", (context) => {
    const scope = `/${context.req.param("scope")}`;
    requireAction(environment, context, readGroups, scope);
    const { subscription } = context.var;
    const groups = [...subscription.resourceGroups.values()].map((group) => groupView(group, subscription));
    return context.json(page(context, environment, groups));
  });
  app.get("/:scope{subscriptions/[^/]+/resourcegroups/[^/]+}", (context) => {
    const scope = `/${context.req.param("scope")}`;
    requireAction(environment, context, readGroups, scope);
    return context.json(groupView(findGroup(context.var.subscription, scope), context.var.subscription));
  });
  return app;
}

const groupView = ({ name, location }: ResourceGroup, { id }: Subscription) => ({
  id: `/subscriptions/${id}/resourceGroups/${name}`,
  name,
  type: "Microsoft.Resources/resourceGroups",
  location,
  tags: {},
  properties: { provisioningState: "Succeeded" },
});
