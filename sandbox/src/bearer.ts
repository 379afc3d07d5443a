import { errors } from "jose";
import { z } from "zod";
import { withoutSlash } from "./entra/resources.ts";
import { issuerOf } from "./entra/tokens.ts";
import type { Environment } from "./environment.ts";
import type { ServicePrincipal, Tenant, User } from "./model.ts";

/** Who calls, as a token of one of the tenants says. An identity that was deleted since has neither principal nor user. */
export type Caller = {
  readonly tenant: Tenant;
  readonly objectId: string;
  readonly clientId: string;
  /** Graph application permissions, as the token carries them. */
  readonly roles: readonly string[];
  readonly principal: ServicePrincipal | undefined;
  readonly user: User | undefined;
};

/** Why a token was not taken. */
export type BadToken = "missing" | "invalid" | "expired" | "audience";

const claimsSchema = z.object({
  aud: z.string(),
  iss: z.string(),
  tid: z.string(),
  oid: z.string(),
  appid: z.string(),
  roles: z.array(z.string()).default([]),
});

/** Reads the token of an Authorization header (RFC 6750 §2.1) and checks signature, time, issuer and audience. */
export async function readBearer(
  { model, keys, baseUrl }: Environment,
  header: string | undefined,
  audience: string,
): Promise<Caller | BadToken> {
  const token = header?.match(/^bearer\s+(\S+)$/i)?.[1];
  if (token === undefined) return "missing";
  try {
    const claims = claimsSchema.parse(await keys.verify(token));
    const tenant = model.tenants.get(claims.tid);
    if (tenant === undefined || claims.iss !== issuerOf(baseUrl, tenant.id)) return "invalid";
    if (withoutSlash(claims.aud) !== audience) return "audience";
    return {
      tenant,
      objectId: claims.oid,
      clientId: claims.appid,
      roles: claims.roles,
      principal: tenant.servicePrincipals.get(claims.oid),
      user: tenant.users.get(claims.oid),
    };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "expired";
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return "invalid";
    throw error;
  }
}
