import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import type { PasswordCredential, Tenant } from "../model.ts";
import { newSecret } from "../seed/identifiers.ts";
import { passwordView } from "./application-view.ts";
import { readBody } from "./graph-body.ts";
import { type GraphVariables, requireWrite } from "./graph-caller.ts";
import { badRequest } from "./graph-error.ts";

const newPassword = z.object({
  passwordCredential: z
    .object({
      displayName: z.string().nullish(),
      startDateTime: z.iso.datetime({ offset: true }).nullish(),
      endDateTime: z.iso.datetime({ offset: true }).nullish(),
    })
    .default({}),
});
const oldPassword = z.object({ keyId: z.guid().toLowerCase() });

/** Entra's default, two years. */
const lifetimeMilliseconds = 2 * 365 * 24 * 3600_000;

/** The secrets of the app or the service principal that a key names. Throws Request_ResourceNotFound. */
type FindSecrets = (tenant: Tenant, key: string) => PasswordCredential[];

/** Client secrets: `addPassword` answers with the value once, `removePassword` takes it away. */
export function passwords({ now }: Environment, find: FindSecrets): Hono<GraphVariables> {
  const app = new Hono<GraphVariables>();
  app.post("/:key/addPassword", async (context) => {
    const { tenant } = requireWrite(context.var.caller);
    const passwordCredentials = find(tenant, context.req.param("key"));
    const { passwordCredential: wanted } = await readBody(context, newPassword);
    const startsAt = wanted.startDateTime ? new Date(wanted.startDateTime) : now();
    const credential: PasswordCredential = {
      keyId: randomUUID(),
      displayName: wanted.displayName ?? null,
      secret: newSecret(),
      startsAt,
      endsAt: wanted.endDateTime ? new Date(wanted.endDateTime) : new Date(startsAt.getTime() + lifetimeMilliseconds),
    };
    passwordCredentials.push(credential);
    return context.json({ ...passwordView(credential), secretText: credential.secret });
  });
  app.post("/:key/removePassword", async (context) => {
    const { tenant } = requireWrite(context.var.caller);
    const passwordCredentials = find(tenant, context.req.param("key"));
    const { keyId } = await readBody(context, oldPassword);
    const index = passwordCredentials.findIndex((credential) => credential.keyId === keyId);
    if (index < 0) throw badRequest(`No password credential found with keyId ${keyId}.`);
    passwordCredentials.splice(index, 1);
    return context.body(null, 204);
  });
  return app;
}
