import type { AccessToken, TokenCredential } from "@azure/identity";

/** The AMQP SDK renews a link's token so long before the end that it is told. */
const sdkMargin = 2 * 60_000;
/** Time enough for several further attempts when the first one fails. */
const earlyBy = 4.5 * 60_000;
const shortestPause = 5_000;
const longestPause = 30_000;
/** A timer of Node's that is set for more than 24 days fires at once. */
const longestLife = 12 * 3600_000;

export type Renewal = {
  /** Milliseconds; tests have less time. */
  readonly shortest?: number;
};

/**
 * The credential as the AMQP SDK (7.9.5) must see it. Left alone, the SDK never renews a link's token again once one renewal has
 * failed, and sends then vanish (Azure/azure-sdk-for-js#38467); and it asks some hundred times a second for a token that
 * ends within two minutes, or in more than 24 days. So a renewal that fails gives the token in hand while that lives, and the
 * time told with each token makes the SDK come back at a sensible moment: never sooner than in five seconds.
 */
export function renewTokens(credential: TokenCredential, { shortest = shortestPause }: Renewal = {}): TokenCredential {
  const inHand = new Map<string, AccessToken>();
  return {
    getToken: async (scopes, options) => {
      const scope = [scopes].flat().join(" ");
      try {
        const token = await credential.getToken(scopes, options);
        if (token === null) return null;
        inHand.set(scope, token);
        return toBeRenewedIn(token, retryRenewalCalmly(token.expiresOnTimestamp - Date.now(), shortest));
      } catch (error) {
        const token = inHand.get(scope);
        const left = (token?.expiresOnTimestamp ?? 0) - Date.now();
        if (token === undefined || left <= 0) throw error;
        return toBeRenewedIn(token, Math.max(shortest, Math.min(longestPause, left / 4)));
      }
    },
  };
}

/** When to renew a token that has so many milliseconds left: well before its end, but never at once. */
export const retryRenewalCalmly = (left: number, shortest = shortestPause): number =>
  Math.min(longestLife, Math.max(shortest, left > 2 * earlyBy ? left - earlyBy : left / 2));

const toBeRenewedIn = (token: AccessToken, milliseconds: number): AccessToken => ({
  ...token,
  expiresOnTimestamp: Date.now() + milliseconds + sdkMargin,
});
