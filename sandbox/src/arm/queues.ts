import { Hono } from "hono";
import type { Environment } from "../environment.ts";
import type { Namespace, Queue, ResourceGroup } from "../model.ts";
import { refusalText } from "../refusal-text.ts";
import { readBody } from "./arm-body.ts";
import { type ArmContext, type ArmVariables, requireAction } from "./arm-caller.ts";
import { ArmError } from "./arm-error.ts";
import { page } from "./arm-page.ts";
import { queueBody, queueSettings } from "./queue-settings.ts";
import { findParentNamespace, findQueue, queueResourceId } from "./scope.ts";
import { queueView } from "./service-bus-views.ts";

const list =
  "/:group{subscriptions/[^/]+/resourcegroups/[^/]+}/providers/microsoft.servicebus/namespaces/:namespace/queues";
/** One segment: a name has `~` for each slash. What is below a queue, such as its authorization rules, is not served. */
const one = `${list}/:queue`;
const actions = "Microsoft.ServiceBus/namespaces/queues";

/** Queues with their settings and message counts (Microsoft.ServiceBus 2021-11-01). */
export function queues(environment: Environment): Hono<ArmVariables> {
  const app = new Hono<ArmVariables>();
  const shown = ({ namespace, group }: Within, queue: Queue) =>
    queueView(queue, namespace.location ?? group.location, environment.counts(queue));
  app.get(list, (context) => {
    const within = openNamespace(environment, context, "read");
    const views = [...within.namespace.queues.values()].map((queue) => shown(within, queue));
    return context.json(page(context, environment, views));
  });
  app.get(one, (context) => {
    const id = context.req.path.slice("/arm".length);
    requireAction(environment, context, `${actions}/read`, id);
    const found = findQueue(context.var.subscription, id);
    return context.json(shown(found, found.queue));
  });
  app.put(one, async (context) => {
    const within = openNamespace(environment, context, "write");
    const { namespace } = within;
    const { properties } = await readBody(context, queueBody);
    const name = queueNamed(context);
    const existing = namespace.queues.get(name);
    const settings = queueSettings(namespace, properties, existing?.settings);
    const queue = existing ?? newQueue(namespace, name, { settings, createdAt: environment.now() });
    queue.settings = settings;
    if (existing !== undefined) queue.updatedAt = environment.now();
    environment.recheckLinks();
    return context.json(shown(within, queue));
  });
  app.delete(one, (context) => {
    const removed = openNamespace(environment, context, "delete").namespace.queues.delete(queueNamed(context));
    environment.recheckLinks();
    return context.body(null, removed ? 200 : 204);
  });
  return app;
}

type Within = { readonly namespace: Namespace; readonly group: ResourceGroup };

/** An id has `~` for each slash of a queue's name. */
const queueNamed = (context: ArmContext) => (context.req.param("queue") ?? "").replaceAll("~", "/");

/** The namespace of the queue in the path, once the caller may do this there. */
function openNamespace(environment: Environment, context: ArmContext, verb: "read" | "write" | "delete"): Within {
  const id = context.req.path.slice("/arm".length);
  requireAction(environment, context, `${actions}/${verb}`, id.replace(/\/queues$/, ""));
  return findParentNamespace(context.var.subscription, id.replace(/\/queues(?:\/.*)?$/, ""));
}

/** The longest path of a queue (Service Bus quotas). */
const longestName = 260;

/** Throws BadRequest for a name that Service Bus does not take (Service Bus Resource Manager exceptions). */
export function newQueue(namespace: Namespace, name: string, details: Pick<Queue, "settings" | "createdAt">): Queue {
  const badRequest = (reason: string) =>
    new ArmError(400, "BadRequest", refusalText(40000, reason, `${namespace.host}:${name}`));
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(name))
    throw badRequest(
      `'${name}' contains character(s) that is not allowed by Service Bus. Entity segments can contain only letters, numbers, periods (.), hyphens (-), and underscores (_).`,
    );
  if (name.length > longestName)
    throw badRequest(`The entity path '${name}' is longer than ${longestName} characters.`);
  const queue: Queue = { name, resourceId: queueResourceId(namespace, name), ...details };
  namespace.queues.set(name, queue);
  return queue;
}
