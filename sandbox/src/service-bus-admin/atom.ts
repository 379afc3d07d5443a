import { Hono } from "hono";
import { ArmError } from "../arm/arm-error.ts";
import { queueSettings } from "../arm/queue-settings.ts";
import { newQueue } from "../arm/queues.ts";
import { queueResourceId } from "../arm/scope.ts";
import type { Environment } from "../environment.ts";
import type { Namespace, Queue } from "../model.ts";
import { noServiceText, refusalText } from "../refusal-text.ts";
import { type AtomContext, type AtomVariables, authenticate, requireManage, requireNamespace } from "./atom-caller.ts";
import { AtomError, atomError } from "./atom-error.ts";
import { type Entry, entryResponse, feedResponse, publicFeedResponse } from "./feed.ts";
import { connect, describe, readDescription } from "./queue-description.ts";

/** The administration API of a namespace (Service Bus REST, Atom, 2021-05), at the namespace's own host: queues only. */
export function createAtom(environment: Environment): Hono<AtomVariables> {
  const app = new Hono<AtomVariables>({ getPath: ({ url }) => new URL(url).pathname.toLowerCase() });
  app.get("/", (context) => {
    requireNamespace(environment, context.req.url);
    return publicFeedResponse();
  });
  app.use(authenticate(environment));
  app.get("/$namespaceinfo", (context) => {
    const { namespace } = context.var;
    requireManage(environment, context, namespace.resourceId);
    return entryResponse(namespaceEntry(context, namespace), 200);
  });
  app.get("/$resources/queues", (context) => {
    requireManage(environment, context, context.var.namespace.resourceId);
    return list(environment, context);
  });
  app.get("/:queue{[^$].*}", (context) => {
    const queue = open(environment, context);
    return queue === undefined ? publicFeedResponse() : entryResponse(queueEntry(environment, context, queue), 200);
  });
  app.put("/:queue{[^$].*}", (context) => put(environment, context));
  app.delete("/:queue{[^$].*}", (context) => {
    const queue = open(environment, context);
    if (queue === undefined) throw new AtomError(404, noServiceText(systemOf(context)));
    context.var.namespace.queues.delete(queue.name);
    environment.recheckLinks();
    return context.body(null, 200);
  });
  app.notFound((context) => atomError({ status: 404, message: `Nothing is served at '${context.req.path}'.` }));
  app.onError((error) => {
    if (error instanceof AtomError || error instanceof ArmError) return atomError(error);
    throw error;
  });
  return app;
}

const nameIn = (context: AtomContext) => decodeURIComponent(context.req.path.slice(1)).replace(/\/$/, "").toLowerCase();

/** The queue of the path, if it is there, once the caller may manage it. */
function open(environment: Environment, context: AtomContext): Queue | undefined {
  const { namespace } = context.var;
  const name = nameIn(context);
  requireManage(environment, context, queueResourceId(namespace, name));
  return namespace.queues.get(name);
}

/** Creates a queue, or changes one when the client says `If-Match: *`. */
async function put(environment: Environment, context: AtomContext): Promise<Response> {
  const { namespace } = context.var;
  const existing = open(environment, context);
  const isUpdate = context.req.header("if-match") === "*";
  if (isUpdate && existing === undefined) throw notFound(context);
  if (!isUpdate && existing !== undefined) throw new AtomError(409, refusalText(40900, conflict, systemOf(context)));
  const settings = queueSettings(namespace, readDescription(await bodyOf(context)), existing?.settings);
  const queue = existing ?? newQueue(namespace, nameIn(context), { settings, createdAt: environment.now() });
  queue.settings = settings;
  if (isUpdate) queue.updatedAt = environment.now();
  environment.recheckLinks();
  return entryResponse(queueEntry(environment, context, queue, true), isUpdate ? 200 : 201);
}

/** Longest body of a request, in characters. */
const longestBody = 256 * 1024;

async function bodyOf(context: AtomContext): Promise<string> {
  const body = await context.req.text();
  if (body.length > longestBody) throw new AtomError(413, "The request is too large.");
  return body;
}

const conflict = "Conflict. You're requesting an operation that isn't allowed in the resource's current state.";

/** The host and the queue, by which support finds a request. */
const systemOf = (context: AtomContext) => `${new URL(context.req.url).hostname}:${nameIn(context)}`;

const notFound = (context: AtomContext) =>
  new AtomError(404, refusalText(40400, "Not Found. The Operation doesn't exist.", systemOf(context)));

/** Largest page of a list, which is also the default. */
const largestPage = 100;

function list(environment: Environment, context: AtomContext): Response {
  const { queues } = context.var.namespace;
  const [skip, top] = [countIn(context, "$skip", 0), Math.min(countIn(context, "$top", largestPage), largestPage)];
  const entries = [...queues.values()].slice(skip, skip + top);
  const next = new URL(context.req.url);
  next.searchParams.set("$skip", String(skip + top));
  next.searchParams.set("$top", String(top));
  return feedResponse(
    context.req.url,
    entries.map((queue) => queueEntry(environment, context, queue)),
    skip + top < queues.size ? next.href : undefined,
  );
}

function countIn(context: AtomContext, name: string, otherwise: number): number {
  const count = Number(context.req.query(name) ?? otherwise);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new AtomError(400, `SubCode=40000. Bad Request. ${name} is not a count.`);
}

/** The address of an entity, with the version of the API that the client asked in. */
function addressOf(context: AtomContext, name: string): string {
  const { origin, searchParams } = new URL(context.req.url);
  return `${origin}/${name}?api-version=${searchParams.get("api-version") ?? "2021-05"}`;
}

function queueEntry({ counts }: Environment, context: AtomContext, queue: Queue, isChange = false): Entry {
  const { namespace } = context.var;
  const { name, QueueDescription } = describe(queue, namespace, counts(queue), isChange);
  const { createdAt: published, updatedAt: updated = published } = queue;
  return {
    ...{ id: addressOf(context, name), title: name, author: namespace.name, published, updated },
    content: { QueueDescription },
  };
}

function namespaceEntry(context: AtomContext, { name, tier, createdAt, capacity = 1 }: Namespace): Entry {
  const instant = createdAt.toISOString();
  const NamespaceInfo = {
    ...connect,
    CreatedTime: instant,
    MessagingSKU: tier,
    ...(tier === "Premium" ? { MessagingUnits: capacity } : {}),
    ModifiedTime: instant,
    Name: name,
    NamespaceType: "Messaging",
  };
  const times = { published: createdAt, updated: createdAt };
  return { id: context.req.url, title: name, author: name, ...times, content: { NamespaceInfo } };
}
