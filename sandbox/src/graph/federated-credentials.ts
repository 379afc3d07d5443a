import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import type { Application, FederatedIdentityCredential } from "../model.ts";
import { findApplication } from "./find-application.ts";
import { readBody } from "./graph-body.ts";
import { createsIfMissing, type GraphVariables, requireWrite } from "./graph-caller.ts";
import { alreadyExists, badRequest, notFound } from "./graph-error.ts";
import { many, one } from "./query.ts";

const entity = "federatedIdentityCredentials";
const maxCredentials = 20;

const credentialBody = z.object({
  name: z
    .string()
    .regex(/^[\w-]{3,120}$/)
    .optional(),
  issuer: z.string().min(1).max(600).regex(/^\S+$/).optional(),
  subject: z.string().min(1).max(600).optional(),
  audiences: z.array(z.string().min(1).max(600)).length(1).optional(),
  description: z.string().max(600).nullish(),
});
type CredentialBody = z.output<typeof credentialBody>;

/** Federated credentials of an app (resource type federatedIdentityCredential); a key is an id, a name, or `name=…`. */
export function federatedCredentials(environment: Environment): Hono<GraphVariables> {
  const { faults } = environment;
  const app = new Hono<GraphVariables>();
  app.get(`/:key/${entity}`, (context) => {
    const { federatedIdentityCredentials } = findApplication(
      environment,
      context.var.caller.tenant,
      context.req.param("key"),
    );
    return context.json(many(context, entity, federatedIdentityCredentials.map(view), faults.scenario.pageSize));
  });
  app.get(`/:key/${entity}/:credential`, (context) => {
    const application = findApplication(environment, context.var.caller.tenant, context.req.param("key"));
    return context.json(one(context, entity, view(findCredential(application, context.req.param("credential")))));
  });
  app.post(`/:key/${entity}`, async (context) => {
    const application = writable(environment, context);
    const credential = add(application, await readBody(context, credentialBody));
    return context.json(one(context, entity, view(credential)), 201);
  });
  app.patch(`/:key/${entity}/:credential`, async (context) => {
    const application = writable(environment, context);
    const body = await readBody(context, credentialBody);
    const key = context.req.param("credential");
    const name = key.match(/^name=(.+)$/)?.[1];
    if (name !== undefined && createsIfMissing(context) && indexOf(application, key) < 0)
      return context.json(one(context, entity, view(add(application, { ...body, name }))), 201);
    replace(application, findCredential(application, key), body);
    return context.body(null, 204);
  });
  app.delete(`/:key/${entity}/:credential`, (context) => {
    const application = writable(environment, context);
    const credential = findCredential(application, context.req.param("credential"));
    application.federatedIdentityCredentials.splice(indexOf(application, credential.id), 1);
    return context.body(null, 204);
  });
  return app;
}

const view = ({
  description = null,
  ...credential
}: Omit<FederatedIdentityCredential, "description"> & { readonly description?: string | null }) => ({
  ...credential,
  description,
});

/** Null takes it away. */
const describedBy = (description: string | null | undefined) => (description == null ? {} : { description });

const writable = (environment: Environment, context: Context<GraphVariables>) =>
  findApplication(environment, requireWrite(context.var.caller).tenant, context.req.param("key") ?? "");

const indexOf = ({ federatedIdentityCredentials }: Application, key: string) =>
  federatedIdentityCredentials.findIndex(({ id, name }) => [id, name, `name=${name}`].includes(key));

function findCredential(application: Application, key: string): FederatedIdentityCredential {
  const credential = application.federatedIdentityCredentials[indexOf(application, key)];
  if (credential === undefined) throw notFound(key);
  return credential;
}

function add(application: Application, { name, issuer, subject, audiences, description }: CredentialBody) {
  if (name === undefined || issuer === undefined || subject === undefined || audiences === undefined)
    throw badRequest("Properties 'name', 'issuer', 'subject' and 'audiences' are required.");
  const { federatedIdentityCredentials: all } = application;
  if (all.length >= maxCredentials)
    throw badRequest(`An application has at most ${maxCredentials} federated credentials.`);
  const credential = { id: randomUUID(), name, issuer, subject, audiences, ...describedBy(description) };
  checkUnique(application, credential);
  all.push(credential);
  return credential;
}

/** The name is the credential's for good. */
function replace(application: Application, before: FederatedIdentityCredential, body: CredentialBody): void {
  const { issuer = before.issuer, subject = before.subject, audiences = before.audiences } = body;
  const { description: _, ...kept } = before;
  const described = describedBy(body.description === undefined ? before.description : body.description);
  const credential = { ...kept, issuer, subject, audiences, ...described };
  checkUnique(application, credential);
  application.federatedIdentityCredentials.splice(indexOf(application, before.id), 1, credential);
}

function checkUnique({ federatedIdentityCredentials }: Application, wanted: FederatedIdentityCredential): void {
  for (const { id, name, issuer, subject } of federatedIdentityCredentials)
    if (id !== wanted.id && (name === wanted.name || (issuer === wanted.issuer && subject === wanted.subject)))
      throw alreadyExists(
        `FederatedIdentityCredential with name ${name} already exists for this name, or issuer and subject.`,
      );
}
