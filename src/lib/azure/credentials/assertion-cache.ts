import { claimsOf } from "./token-claims.ts";

const marginMilliseconds = 60_000;

/**
 * Remembers a federated assertion until a minute before its end. The identity SDK asks for it twice for each token, even
 * when the token itself is cached, and callers at the same time must share one request.
 */
export function cacheAssertion(acquire: () => Promise<string>): () => Promise<string> {
  let current: Promise<string> | undefined;
  return async () => {
    const before = current;
    const known = await before?.catch(() => undefined);
    if (known !== undefined && expiryOf(known) - Date.now() > marginMilliseconds) return known;
    if (known !== undefined && current === before) current = undefined;
    current ??= acquire();
    const asked = current;
    asked.catch(() => {
      if (current === asked) current = undefined;
    });
    return asked;
  };
}

/** An assertion without `exp` is asked for anew each time. */
const expiryOf = (assertion: string): number => {
  const { exp } = claimsOf(assertion);
  return typeof exp === "number" ? exp * 1000 : 0;
};
