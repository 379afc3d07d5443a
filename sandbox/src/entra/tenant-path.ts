import { z } from "zod";
import type { Environment } from "../environment.ts";
import { findTenant, type Tenant } from "../model.ts";
import { EntraError } from "./entra-error.ts";

/** Stand in a path where the tenant is not known before the user has signed in. */
const anyTenant = ["common", "organizations"];

const isGuidOrDomain = (name: string) => z.guid().safeParse(name).success || /^[\w-]+(?:\.[\w-]+)+$/.test(name);

/** The tenant that a path names by id or domain; undefined for `organizations` and `common`. Throws 90002, and 900023 for other text. */
export function tenantOrAny({ model }: Environment, name: string): Tenant | undefined {
  if (anyTenant.includes(name.toLowerCase())) return undefined;
  const tenant = findTenant(model, name);
  if (tenant === undefined && !isGuidOrDomain(name))
    throw new EntraError(
      900023,
      `Specified tenant identifier '${name}' is neither a valid DNS name, nor a valid external domain.`,
    );
  if (tenant === undefined)
    throw new EntraError(
      90002,
      `Tenant '${name}' not found. Check the tenant id, and that the request went to the right cloud.`,
    );
  return tenant;
}

/** The tenant that a path names; throws 50194 for a path that names none. */
export function tenantOf(environment: Environment, name: string): Tenant {
  const tenant = tenantOrAny(environment, name);
  if (tenant === undefined)
    throw new EntraError(50194, `An app asks for tokens at the endpoint of one tenant, not at /${name}.`);
  return tenant;
}
