import type { AccessToken, TokenCredential } from "@azure/identity";
import type { TokenCache, TokenKey } from "../../config/token-cache.ts";
import { Failure } from "../../errors/failure.ts";
import { mapAzureError } from "../error-mapping.ts";
import { type ExpectedToken, refreshMarginMilliseconds, refuseMismatch } from "./token-check.ts";
import { claimsOf } from "./token-claims.ts";

/** Whose tokens are kept, but for their scope. */
export type TokenOwner = Omit<TokenKey, "scope">;

/** The same credential, which leaves each token that it gets to later runs, and takes back what Entra no longer stands by. */
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
  /** The credential that asks Entra; made, and its SDK loaded, only when it has to be asked. */
  readonly ask: () => Promise<TokenCredential>;
  readonly debug: (line: string) => void;
};

export type ReusingCredential = {
  readonly credential: TokenCredential;
  /**
   * Told that the service refused what began at that time (`performance.now()`). The token is kept no longer, whoever got it.
   * True when it came from an earlier run and Entra has given another one since, with which it is worth trying again.
   */
  readonly refused: (began: number) => Promise<boolean>;
};

/** Tokens of an earlier run as long as they last and nobody refuses them; then Entra is asked, in this run for good. */
export function reuseToken({ tokens, owner, expected, ask, debug }: TokenReuse): ReusingCredential {
  const inHand = new Map<string, AccessToken>();
  const scopes = new Set<string>();
  let doubtedAt = Number.POSITIVE_INFINITY;
  const fromBefore = async (scope: string) => {
    const token = inHand.get(scope) ?? (await tokens.read({ ...owner, scope }));
    if (token === undefined || !isFresh(token) || !isFor(token, expected, scope)) return undefined;
    if (!inHand.has(scope))
      debug(`identity: a token of an earlier run, until ${new Date(token.expiresOnTimestamp).toISOString()}`);
    inHand.set(scope, token);
    return token;
  };
  return {
    credential: {
      getToken: async (wanted, options = {}) => {
        const scope = scopeOf(wanted);
        scopes.add(scope);
        // A challenge names claims that an older token cannot have.
        const mayReuse = doubtedAt === Number.POSITIVE_INFINITY && options.claims === undefined;
        const before = mayReuse ? await fromBefore(scope) : undefined;
        return before ?? (await ask()).getToken(wanted, options);
      },
    },
    refused: async (began) => {
      doubtedAt = Math.min(doubtedAt, performance.now());
      for (const scope of scopes) await tokens.remove({ ...owner, scope });
      if (inHand.size === 0 || began > doubtedAt) return false;
      const credential = await ask();
      const news = await Promise.all(
        [...inHand].map(async ([scope, { token }]) => (await credential.getToken(scope))?.token !== token),
      );
      return news.some(Boolean);
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

/** One that somebody has put there for another tenant, app or audience is as good as none. */
function isFor({ token }: AccessToken, expected: ExpectedToken, scope: string): boolean {
  try {
    refuseMismatch(claimsOf(token), expected, scope);
    return true;
  } catch {
    return false;
  }
}
