import type { Context, MiddlewareHandler } from "hono";
import { isAllowed, manageEntities } from "../authorization.ts";
import { type BadToken, type Caller, readBearer } from "../bearer.ts";
import type { Environment } from "../environment.ts";
import { findNamespace, type Namespace } from "../model.ts";
import { tracking } from "../refusal-text.ts";
import { AtomError } from "./atom-error.ts";

export type AtomVariables = { readonly Variables: { caller: Caller; namespace: Namespace } };
export type AtomContext = Context<AtomVariables>;

const reasons: Record<BadToken, string> = {
  missing: "claim is empty.",
  invalid: "claim is empty or token is invalid.",
  expired: "ExpiredToken: The token is expired.",
  audience: "InvalidAudience: The authorization header contains a token for another audience.",
};

const audience = "https://servicebus.azure.net";

/** The namespace of a request's host. Throws 404. */
export function requireNamespace({ model }: Environment, url: string) {
  const found = findNamespace(model, new URL(url).hostname);
  if (found === undefined) throw new AtomError(404, "The namespace does not exist.");
  return found;
}

/** Lets a request pass whose token is for Service Bus and comes from the tenant of the namespace that the host names. */
export const authenticate =
  (environment: Environment): MiddlewareHandler<AtomVariables> =>
  async (context, next) => {
    const found = requireNamespace(environment, context.req.url);
    const caller = await readBearer(environment, withScheme(context.req.header("authorization")), audience);
    if (typeof caller === "string")
      throw new AtomError(401, `${reasons[caller]} ${tracking(new URL(context.req.url).hostname)}`);
    if (caller.tenant !== found.tenant) throw new AtomError(401, "InvalidIssuer: Token issuer is invalid.");
    context.set("caller", caller);
    context.set("namespace", found.namespace);
    return next();
  };

/** Service Bus takes a bare token too, which is what its client for Go sends. */
const withScheme = (header: string | undefined) =>
  header !== undefined && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(header) ? `Bearer ${header}` : header;

/** Throws 401, as Service Bus does, unless the caller may manage what the id names. */
export function requireManage({ now }: Environment, context: AtomContext, resourceId: string): void {
  const { tenant, objectId, principal, user } = context.var.caller;
  const isPresent = user !== undefined || principal?.accountEnabled === true;
  if (isPresent && isAllowed(tenant, objectId, resourceId, manageEntities, now())) return;
  const url = new URL(context.req.url);
  throw new AtomError(
    401,
    `Manage,EntityRead claims required for this operation. Resource:sb://${url.hostname}${url.pathname}.`,
  );
}
