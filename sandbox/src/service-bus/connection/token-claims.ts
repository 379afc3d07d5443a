import { entityPath } from "../links/entity-address.ts";

/** The principal of a verified token, and when the token expires (milliseconds since 1970). */
export type TokenClaim = { readonly oid: string; readonly expiresAt: number };

/** The tokens put on one connection, by the path of their audience. */
export type TokenClaims = {
  /** Replaces an older token of the same audience; false when there are too many audiences. */
  put(audience: string, claim: TokenClaim): boolean;
  /** The token put for this path, or for the nearest path above it; it may be expired. */
  find(path: string): TokenClaim | undefined;
  readonly nextExpiry: number | undefined;
  /** Removes tokens that are expired at this time. */
  expire(time: number): void;
};

/** Tokens that one connection may have (Service Bus quotas). */
const mostTokens = 1000;

export function createTokenClaims(): TokenClaims {
  const claims = new Map<string, TokenClaim>();
  return {
    put(audience, claim) {
      const path = entityPath(audience).toLowerCase();
      if (claims.size >= mostTokens && !claims.has(path)) return false;
      claims.set(path, claim);
      return true;
    },
    find(path) {
      const parts = path.split("/");
      for (let length = parts.length; length >= 0; length--) {
        const claim = claims.get(parts.slice(0, length).join("/"));
        if (claim) return claim;
      }
      return undefined;
    },
    get nextExpiry() {
      const times = claims.values().map(({ expiresAt }) => expiresAt);
      return claims.size > 0 ? Math.min(...times) : undefined;
    },
    expire(time) {
      for (const [path, { expiresAt }] of claims) if (expiresAt <= time) claims.delete(path);
    },
  };
}
