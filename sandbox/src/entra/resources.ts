import { EntraError } from "./entra-error.ts";

/** What may stand beside a resource's scope in a user's request (OpenID Connect Core §5.4, §11). */
const signInScopes = ["openid", "profile", "email", "offline_access"];

export const resourceScopes = (scope: string): readonly string[] =>
  scope.split(/\s+/).filter((part) => part !== "" && !signInScopes.includes(part.toLowerCase()));

/**
 * The audience of an app's token: the scope without `/.default`, just as the client wrote it. The Service Bus client asks
 * for `https://servicebus.azure.net//.default` and so gets an audience with a slash at its end.
 */
export function appAudience(baseUrl: string, scope: string): string {
  const [wanted, ...others] = resourceScopes(scope);
  if (wanted === undefined || others.length > 0)
    throw new EntraError(70011, `The provided value for the input parameter 'scope' is not valid: ${scope}`);
  if (!wanted.endsWith("/.default"))
    throw new EntraError(
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  return knownResource(baseUrl, wanted.slice(0, -"/.default".length));
}

/** The audience of a user's token, or undefined when the client asked to sign the user in and nothing else. */
export function userAudience(baseUrl: string, scope: string): string | undefined {
  const audiences = resourceScopes(scope).map((wanted) => wanted.slice(0, Math.max(0, wanted.lastIndexOf("/"))));
  const [audience] = audiences;
  if (audience === undefined) return undefined;
  if (audiences.some((other) => other !== audience))
    throw new EntraError(70011, `The scopes name more than one resource: ${scope}`);
  return knownResource(baseUrl, audience);
}

/** The resource as written, a slash at its end allowed; throws 500011 when no tenant knows it. */
export function knownResource(baseUrl: string, resource: string): string {
  const name = withoutSlash(resource);
  const known = ["https://servicebus.azure.net", `${baseUrl}/graph`, `${baseUrl}/arm`];
  if (known.includes(name)) return resource;
  throw new EntraError(500011, `The resource principal named ${resource} was not found in the tenant.`);
}

export const isGraph = (baseUrl: string, audience: string): boolean => withoutSlash(audience) === `${baseUrl}/graph`;
export const withoutSlash = (resource: string): string => resource.replace(/\/$/, "");
