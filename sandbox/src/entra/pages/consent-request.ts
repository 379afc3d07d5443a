import type { Context } from "hono";
import type { Environment } from "../../environment.ts";
import type { Tenant } from "../../model.ts";
import { EntraError } from "../entra-error.ts";
import { readQuery, required } from "../form.ts";
import { findRequestingApp, type RequestingApp, redirectUriOf } from "../requesting-app.ts";
import { tenantOrAny } from "../tenant-path.ts";

/** What a link to one of the consent pages asks for. */
export type ConsentRequest = {
  /** Undefined until the user has signed in: a link to `/organizations`. */
  readonly tenant: Tenant | undefined;
  readonly asker: RequestingApp;
  readonly scope: string;
  readonly redirectUri: string;
  readonly state: string | undefined;
};

/** Reads a link's path and query; throws the refusal that its page then shows. */
export function readRequest(environment: Environment, context: Context, scope: string): ConsentRequest {
  const query = readQuery(context);
  const tenant = tenantOrAny(environment, context.req.param("tenant") ?? "");
  const asker = findRequestingApp(environment, required(query, "client_id"), tenant);
  const redirectUri = redirectUriOf(asker, query.redirect_uri);
  checkListed(asker, scope);
  return { tenant, asker, scope, redirectUri, state: query.state };
}

/** `/.default` stands for the permissions on the registration: without any there is nothing to consent to. */
function checkListed({ appId, registration }: RequestingApp, scope: string): void {
  const listed = registration?.application.settings?.requiredResourceAccess;
  if (/\/\.default(?:\s|$)/.test(scope) && registration !== undefined && !(Array.isArray(listed) && listed.length > 0))
    throw new EntraError(
      650056,
      `Misconfigured application. The application '${appId}' lists no permission in its registration, and '${scope}' asks for those.`,
    );
}

/** Where the browser goes next: the redirect URI with these parameters, those without a value left out. */
export function redirectTo(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.append(name, value);
  return url.href;
}
