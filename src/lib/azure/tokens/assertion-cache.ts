import { claimsOf } from "./token-claims.ts";

const marginMilliseconds = 60_000;

/**
 * Caches a federated assertion until a minute before its end. The identity SDK requests it twice for each token, even when the
 * token is cached, and concurrent callers must share one request.
 */
export function cacheAssertion(acquire: () => Promise<string>): () => Promise<string> {
  let current: Promise<string> | undefined;
  return async () => {
    const before = current;
    const known = await before?.catch(() => undefined);
    if (known !== undefined && expiryOf(known) - Date.now() > marginMilliseconds) return known;
    if (known !== undefined && current === before) current = undefined;
    current ??= acquire();
    const requested = current;
    requested.catch(() => {
      if (current === requested) current = undefined;
    });
    return requested;
  };
}

/** An assertion without `exp` is requested each time. */
const expiryOf = (assertion: string): number => {
  const { exp } = claimsOf(assertion);
  return typeof exp === "number" ? exp * 1000 : 0;
};
