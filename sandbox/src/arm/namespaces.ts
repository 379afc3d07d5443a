import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { namespaceSuffix } from "../http.ts";
import { findNamespace as findNamespaceByHost, type Namespace, type ResourceGroup } from "../model.ts";
import { readBody } from "./arm-body.ts";
import { type ArmContext, type ArmVariables, requireAction } from "./arm-caller.ts";
import { ArmError } from "./arm-error.ts";
import { page } from "./arm-page.ts";
import { findGroup, findNamespace } from "./scope.ts";
import { namespaceView } from "./service-bus-views.ts";

const action = "Microsoft.ServiceBus/namespaces/read";
const inSubscription = "/:scope{subscriptions/[^/]+}/providers/microsoft.servicebus/namespaces";
const inGroup = "/:scope{subscriptions/[^/]+/resourcegroups/[^/]+}/providers/microsoft.servicebus/namespaces";

/** Service Bus namespaces (Microsoft.ServiceBus 2021-11-01), to be read and made. */
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
  app.put(`${inGroup}/:namespace`, async (context) => {
    const id = context.req.path.slice("/arm".length);
    requireAction(environment, context, "Microsoft.ServiceBus/namespaces/write", id);
    const { sku, location, tags } = await readBody(context, namespaceBody);
    const group = findGroup(context.var.subscription, id.replace(/\/providers\/.*$/, ""));
    const name = context.req.param("namespace");
    const existing = group.namespaces.get(name);
    if (existing !== undefined) return context.json(namespaceView(existing, group, context.var.tenant));
    checkName(name);
    const wanted = { group, id, name, tier: sku.name, capacity: sku.capacity, location, tags };
    const made = namespaceView(newNamespace(environment, wanted), group, context.var.tenant);
    const properties = { ...made.properties, provisioningState: "Created", status: "Activating" };
    return context.json({ ...made, properties }, 200, { "retry-after": "1" });
  });
  return app;
}

const namespaceBody = z.object({
  location: z.string(),
  tags: z.record(z.string(), z.string()).default({}),
  sku: z
    .object({ name: z.enum(["Basic", "Standard", "Premium"]), capacity: z.int().positive().nullish() })
    .default({ name: "Standard" }),
});

/** Azure/azure-service-bus#269, and for a name that is taken Azure/azure-sdk-for-python#18884. */
const badRequest = (reason: string) => new ArmError(400, "BadRequest", `${reason} CorrelationId: ${randomUUID()}`);

/** 6 to 50 letters, digits and hyphens, which begin with a letter (Service Bus REST, Create Namespace). */
function checkName(name: string): void {
  if (!/^[a-z][a-z0-9-]{4,48}[a-z0-9]$/.test(name) || /-(?:sb|mgmt)$/.test(name) || z.guid().safeParse(name).success)
    throw badRequest("The specified service namespace is invalid.");
}

type Wanted = Pick<Namespace, "name" | "tier"> & {
  readonly group: ResourceGroup;
  readonly id: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly capacity: number | null | undefined;
};

/** Ready at the next look; names are unique in the whole cloud, since they are names of hosts. */
function newNamespace(
  { model, now }: Environment,
  { group, id, name, tier, location, tags, capacity }: Wanted,
): Namespace {
  const host = `${name}${namespaceSuffix}`;
  if (findNamespaceByHost(model, host) !== undefined)
    throw badRequest(
      "The specified name is not available. For more information visit https://aka.ms/eventhubsarmexceptions.",
    );
  const namespace: Namespace = {
    ...{ name, host, resourceId: id, tier, location, tags, createdAt: now(), queues: new Map() },
    ...(capacity == null ? {} : { capacity }),
  };
  group.namespaces.set(name, namespace);
  return namespace;
}

const viewAll = (context: ArmContext, group: ResourceGroup) =>
  [...group.namespaces.values()].map((namespace) => namespaceView(namespace, group, context.var.tenant));
