import type { AccessToken, TokenCredential } from "@azure/identity";
import type { TokenCache, TokenKey } from "../../config/token-cache.ts";
import { Failure } from "../../errors/failure.ts";
import { mapAzureError } from "../error-mapping.ts";
import { type ExpectedToken, refreshMarginMilliseconds, refuseMismatch } from "./token-check.ts";
import { claimsOf } from "./token-claims.ts";

/** The owner of cached tokens: the key without the scope. */
export type TokenOwner = Omit<TokenKey, "scope">;

/** The same credential, which caches each token for later runs, and removes it from the cache when Entra refuses the app. */
export function withTokenCache(credential: TokenCredential, tokens: TokenCache, owner: TokenOwner): TokenCredential {
  const written = new Map<string, string>();
  return {
    getToken: async (scopes, options) => {
      const scope = scopeOf(scopes);
      const token = await credential.getToken(scopes, options).catch(async (error: unknown) => {
        if (isRefusal(error)) await tokens.remove({ ...owner, scope });
        throw error;
      });
      if (token && written.get(scope) !== token.token) {
        written.set(scope, token.token);
        await tokens.write({ ...owner, scope }, token);
      }
      return token;
    },
  };
}

export type TokenReuse = {
  readonly tokens: TokenCache;
  readonly owner: TokenOwner;
  readonly expected: ExpectedToken;
  /** The credential that requests tokens from Entra; it is created, and its SDK loaded, when it is needed. */
  readonly createCredential: () => Promise<TokenCredential>;
  readonly debug: (line: string) => void;
};

export type ReusingCredential = {
  readonly credential: TokenCredential;
  /**
   * Called when the service has refused a call that started at that time (`performance.now()`). The token is removed from the
   * cache. True when it came from an earlier run and Entra has issued another one, so that the call can be repeated.
   */
  readonly refused: (startedAt: number) => Promise<boolean>;
};

/** Tokens of an earlier run, until they end or a service refuses one; from then on this run requests tokens from Entra. */
export function reuseToken({ tokens, owner, expected, createCredential, debug }: TokenReuse): ReusingCredential {
  const reused = new Map<string, AccessToken>();
  const scopes = new Set<string>();
  let refusedAt = Number.POSITIVE_INFINITY;
  const readCached = async (scope: string) => {
    const token = reused.get(scope) ?? (await tokens.read({ ...owner, scope }));
    if (token === undefined || !isFresh(token) || !isFor(token, expected, scope)) return undefined;
    if (!reused.has(scope))
      debug(`identity: a token of an earlier run, until ${new Date(token.expiresOnTimestamp).toISOString()}`);
    reused.set(scope, token);
    return token;
  };
  return {
    credential: {
      getToken: async (wanted, options = {}) => {
        const scope = scopeOf(wanted);
        scopes.add(scope);
        // A challenge names claims that a cached token cannot have.
        const mayReuse = refusedAt === Number.POSITIVE_INFINITY && options.claims === undefined;
        const cached = mayReuse ? await readCached(scope) : undefined;
        return cached ?? (await createCredential()).getToken(wanted, options);
      },
    },
    refused: async (startedAt) => {
      refusedAt = Math.min(refusedAt, performance.now());
      for (const scope of scopes) await tokens.remove({ ...owner, scope });
      if (reused.size === 0 || startedAt > refusedAt) return false;
      const credential = await createCredential();
      const isNew = await Promise.all(
        [...reused].map(async ([scope, { token }]) => (await credential.getToken(scope))?.token !== token),
      );
      return isNew.some(Boolean);
    },
  };
}

const scopeOf = (scopes: string | string[]) => [scopes].flat().join(" ");

const isRefusal = (error: unknown) => {
  const failure = mapAzureError(error, { customer: "", tenant: "", namespace: "" });
  return failure instanceof Failure && failure.kind === "auth";
};

const isFresh = ({ token, expiresOnTimestamp }: AccessToken) => {
  const { exp } = claimsOf(token);
  const end = typeof exp === "number" ? Math.min(exp * 1000, expiresOnTimestamp) : expiresOnTimestamp;
  return end - Date.now() > refreshMarginMilliseconds;
};

/** A cached token for another tenant, app or audience is not used. */
function isFor({ token }: AccessToken, expected: ExpectedToken, scope: string): boolean {
  try {
    refuseMismatch(claimsOf(token), expected, scope);
    return true;
  } catch {
    return false;
  }
}
