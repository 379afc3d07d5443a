import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import type { ResourceGroup } from "../model.ts";
import { type ArmContext, type ArmVariables, requireAction } from "./caller.ts";
import { page } from "./page.ts";
import { findGroup, findNamespace } from "./scope.ts";
import { namespaceView } from "./service-bus-views.ts";

const action = "Microsoft.ServiceBus/namespaces/read";
const inSubscription = "/:scope{subscriptions/[^/]+}/providers/microsoft.servicebus/namespaces";
const inGroup = "/:scope{subscriptions/[^/]+/resourcegroups/[^/]+}/providers/microsoft.servicebus/namespaces";

/** Service Bus namespaces (Microsoft.ServiceBus 2021-11-01), to be read; the seed makes them. */
export function namespaces(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  app.get(inSubscription, (context) => {
    requireAction(environment, context, action, `/${context.req.param("scope")}`);
    const groups = [...context.var.subscription.resourceGroups.values()];
    return context.json(
      page(
        context,
        environment,
        groups.flatMap((group) => viewAll(context, group)),
      ),
    );
  });
  app.get(inGroup, (context) => {
    const scope = `/${context.req.param("scope")}`;
    requireAction(environment, context, action, scope);
    return context.json(page(context, environment, viewAll(context, findGroup(context.var.subscription, scope))));
  });
  app.get(`${inGroup}/:namespace`, (context) => {
    const id = context.req.path.slice("/arm".length);
    requireAction(environment, context, action, id);
    const { group, namespace } = findNamespace(context.var.subscription, id);
    return context.json(namespaceView(namespace, group, context.var.tenant));
  });
  return app;
}

const viewAll = (context: ArmContext, group: ResourceGroup) =>
  [...group.namespaces.values()].map((namespace) => namespaceView(namespace, group, context.var.tenant));
