import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import type { Namespace, Queue } from "../model.ts";
import { readBody } from "./arm-body.ts";
import { type ArmContext, type ArmVariables, requireAction } from "./arm-caller.ts";
import { page } from "./arm-page.ts";
import { queueBody, queueSettings } from "./queue-settings.ts";
import { findNamespace, findQueue, queueResourceId } from "./scope.ts";
import { queueView } from "./service-bus-views.ts";

const list =
  "/:group{subscriptions/[^/]+/resourcegroups/[^/]+}/providers/microsoft.servicebus/namespaces/:namespace/queues";
/** One segment: a name has `~` for each slash. What is below a queue, such as its authorization rules, is not served. */
const one = `${list}/:queue`;
const actions = "Microsoft.ServiceBus/namespaces/queues";

/** Queues with their settings and message counts (Microsoft.ServiceBus 2021-11-01). */
export function queues(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  const shown = (queue: Queue) => queueView(queue, environment.counts(queue));
  app.get(list, (context) => {
    const namespace = openNamespace(environment, context, "read");
    return context.json(page(context, environment, [...namespace.queues.values()].map(shown)));
  });
  app.get(one, (context) => {
    const id = context.req.path.slice("/arm".length);
    requireAction(environment, context, `${actions}/read`, id);
    return context.json(shown(findQueue(context.var.subscription, id)));
  });
  app.put(one, async (context) => {
    const namespace = openNamespace(environment, context, "write");
    const { properties } = await readBody(context, queueBody);
    const name = queueNamed(context);
    const existing = namespace.queues.get(name);
    const settings = queueSettings(namespace, properties, existing?.settings);
    const queue = existing ?? newQueue(namespace, name, { settings, createdAt: environment.now() });
    queue.settings = settings;
    environment.recheckLinks();
    return context.json(shown(queue));
  });
  app.delete(one, (context) => {
    const removed = openNamespace(environment, context, "delete").queues.delete(queueNamed(context));
    environment.recheckLinks();
    return context.body(null, removed ? 200 : 204);
  });
  return app;
}

/** An id has `~` for each slash of a queue's name. */
const queueNamed = (context: ArmContext) => (context.req.param("queue") ?? "").replaceAll("~", "/");

/** The namespace of the queue in the path, once the caller may do this there. */
function openNamespace(environment: Environment, context: ArmContext, verb: "read" | "write" | "delete"): Namespace {
  const id = context.req.path.slice("/arm".length);
  requireAction(environment, context, `${actions}/${verb}`, id.replace(/\/queues$/, ""));
  return findNamespace(context.var.subscription, id.replace(/\/queues(?:\/.*)?$/, "")).namespace;
}

export function newQueue(namespace: Namespace, name: string, details: Pick<Queue, "settings" | "createdAt">): Queue {
  const queue: Queue = { name, resourceId: queueResourceId(namespace, name), ...details };
  namespace.queues.set(name, queue);
  return queue;
}
