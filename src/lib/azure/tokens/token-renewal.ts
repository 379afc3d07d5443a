import type { AccessToken, TokenCredential } from "@azure/identity";

/** The AMQP SDK renews the token of a link this long before the end that it knows. */
const sdkMargin = 2 * 60_000;
/** Leaves time for several attempts when the first one fails. */
const earlyBy = 4.5 * 60_000;
const shortestPause = 5_000;
const longestPause = 30_000;
/** A timer of Node that is set for more than 24 days fires at once. */
const longestDelay = 12 * 3600_000;

export type RenewalOptions = {
  /** Milliseconds; tests use less. */
  readonly shortest?: number;
};

/**
 * The credential as the AMQP SDK (7.9.5) needs it. The SDK never renews the token of a link again after one renewal has failed,
 * and messages are then lost (Azure/azure-sdk-for-js#38467). It also requests a token that ends within two minutes, or in more
 * than 24 days, about a hundred times a second. So a renewal that fails returns the current token while that is valid. And each
 * token is returned with an end from which the SDK computes a suitable time for the next renewal: in five seconds or later.
 */
export function renewTokens(
  credential: TokenCredential,
  { shortest = shortestPause }: RenewalOptions = {},
): TokenCredential {
  const current = new Map<string, AccessToken>();
  return {
    getToken: async (scopes, options) => {
      const scope = [scopes].flat().join(" ");
      try {
        const token = await credential.getToken(scopes, options);
        if (token === null) return null;
        current.set(scope, token);
        return withRenewalIn(token, renewalDelay(token.expiresOnTimestamp - Date.now(), shortest));
      } catch (error) {
        const token = current.get(scope);
        const left = (token?.expiresOnTimestamp ?? 0) - Date.now();
        if (token === undefined || left <= 0) throw error;
        // No back-off: the attempts come closer together as the end of the token comes closer.
        return withRenewalIn(token, Math.max(shortest, Math.min(longestPause, left / 4)));
      }
    },
  };
}

/** Milliseconds until the renewal of a token that is valid for `left` milliseconds: well before its end, but never at once. */
export const renewalDelay = (left: number, shortest = shortestPause): number =>
  Math.min(longestDelay, Math.max(shortest, left > 2 * earlyBy ? left - earlyBy : left / 2));

const withRenewalIn = (token: AccessToken, milliseconds: number): AccessToken => ({
  ...token,
  expiresOnTimestamp: Date.now() + milliseconds + sdkMargin,
});
