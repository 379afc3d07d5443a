import type { Context, MiddlewareHandler } from "hono";
import { type BadToken, type Caller, readBearer } from "../bearer.ts";
import { isAdministrator } from "../directory.ts";
import type { Environment } from "../environment.ts";
import { GraphError } from "./graph-error.ts";

export type GraphVariables = { readonly Variables: { caller: Caller } };
export type GraphContext = Context<GraphVariables>;

const reasons: Record<BadToken, string> = {
  missing: "Access token is empty.",
  invalid: "Access token validation failure.",
  expired: "Lifetime validation failed, the token is expired.",
  audience: "Access token validation failure. Invalid audience.",
};

/** Lets a request pass whose token is for Graph, and keeps who calls. */
export const authenticate =
  (environment: Environment): MiddlewareHandler<GraphVariables> =>
  async (context, next) => {
    const caller = await readBearer(environment, context.req.header("authorization"), `${environment.baseUrl}/graph`);
    if (typeof caller === "string") throw new GraphError(401, "InvalidAuthenticationToken", reasons[caller]);
    if (caller.principal === undefined && caller.user === undefined)
      throw new GraphError(
        403,
        "Authorization_IdentityNotFound",
        "The identity of the calling application could not be established.",
      );
    if (!mayRead(caller)) throw requestDenied();
    context.set("caller", caller);
    await next();
  };

/** Each of these lets an app read the applications and service principals of its tenant (Microsoft Graph permissions). */
const readPermissions: readonly string[] = [
  "Application.Read.All",
  "Application.ReadWrite.All",
  "Directory.Read.All",
  "Directory.ReadWrite.All",
];

/** Users may read by default. An app that has consent alone has no permission in its token, and may not. */
const mayRead = ({ user, principal, roles }: Caller): boolean =>
  user !== undefined ||
  roles.some((role) => readPermissions.includes(role)) ||
  (principal !== undefined && isAdministrator(principal));

const requestDenied = () =>
  new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

/** The caller, if it may change the directory: apps need a permission in their token, users a directory role. */
export function requireWrite(caller: Caller): Caller {
  const { user, roles } = caller;
  const allowed = user === undefined ? roles.includes("Application.ReadWrite.All") : isAdministrator(user);
  if (allowed) return caller;
  throw requestDenied();
}

/** Whether the client asked to create what it updates, should it be missing (RFC 7240). */
export const createsIfMissing = (context: GraphContext): boolean =>
  /(?:^|,)\s*create-if-missing\s*(?:,|$)/i.test(context.req.header("prefer") ?? "");
