import { Buffer } from "node:buffer";

/** The claims that are checked before a token is used. The service that receives the token decides; it verifies the signature. */
export type Claims = {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly tid?: unknown;
  readonly oid?: unknown;
  /** Client id in v1 tokens; v2 tokens call it `azp`. */
  readonly appid?: unknown;
  readonly azp?: unknown;
  /** Seconds since 1970. */
  readonly exp?: unknown;
};

/** The payload of a JWT, unverified; empty for an opaque token. */
export function claimsOf(token: string): Claims {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof payload === "object" && payload !== null ? payload : {};
  } catch {
    return {};
  }
}
