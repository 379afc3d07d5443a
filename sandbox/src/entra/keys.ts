import { randomUUID } from "node:crypto";
import {
  errors,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";

/** The key pairs with which the sandbox signs its tokens: one at a time, older ones are still taken until forgotten. */
export type SigningKeys = {
  /** Public keys as a JWKS document. */
  readonly jwks: { readonly keys: readonly object[] };
  /** Lifetime and delay until the token begins to be valid are seconds. */
  sign(claims: JWTPayload, lifetimeSeconds: number, delaySeconds?: number): Promise<string>;
  /** Checks signature, `exp` and `nbf`; audience, issuer and tenant are the caller's to compare. Throws jose's errors. */
  verify(token: string): Promise<JWTPayload>;
  /** Signs with a new key from now on; tokens of older keys are refused when these are to be forgotten. */
  roll(options?: { readonly forget?: boolean }): Promise<void>;
  /** The private keys, the one that signs first, to be kept over a restart. */
  export(): Promise<readonly JWK[]>;
};

type Pair = Pick<GenerateKeyPairResult, "publicKey" | "privateKey">;
type Named = Pair & { readonly kid: string; readonly jwk: object };

export const createSigningKeys = async (
  now: () => Date = () => new Date(),
  pair: Promise<Pair> = newPair(),
): Promise<SigningKeys> => signingKeysOf(now, [await named(await pair)]);

/** The keys of an earlier run. */
export async function restoreSigningKeys(now: () => Date, exported: readonly JWK[]): Promise<SigningKeys> {
  const [first, ...others] = await Promise.all(exported.map(imported));
  if (first === undefined) throw new Error("there is no key");
  return signingKeysOf(now, [first, ...others]);
}

function signingKeysOf(now: () => Date, initial: readonly [Named, ...Named[]]): SigningKeys {
  let keys = initial;
  const seconds = () => Math.floor(now().getTime() / 1000);
  return {
    get jwks() {
      return { keys: keys.map(({ jwk }) => jwk) };
    },
    sign: (claims, lifetimeSeconds, delaySeconds = 0) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: keys[0].kid })
        .setIssuedAt(seconds())
        .setNotBefore(seconds() + delaySeconds)
        .setExpirationTime(seconds() + lifetimeSeconds)
        .sign(keys[0].privateKey),
    verify: async (token) => {
      const find = ({ kid }: JWTHeaderParameters) => {
        const key = keys.find((one) => one.kid === kid)?.publicKey;
        if (key === undefined) throw new errors.JWSSignatureVerificationFailed();
        return key;
      };
      return (await jwtVerify(token, find, { currentDate: now() })).payload;
    },
    roll: async ({ forget = false } = {}) => {
      const key = await named(await newPair());
      keys = forget ? [key] : [key, ...keys];
    },
    export: () =>
      Promise.all(keys.map(async ({ privateKey, kid }) => ({ ...(await exportJWK(privateKey)), kid, alg: "RS256" }))),
  };
}

const newPair = (): Promise<Pair> => generateKeyPair("RS256", { extractable: true });

const named = async (pair: Pair, kid: string = randomUUID()): Promise<Named> => ({
  ...pair,
  kid,
  jwk: { ...(await exportJWK(pair.publicKey)), kid, use: "sig", alg: "RS256" },
});

async function imported(jwk: JWK): Promise<Named> {
  const { kty, n, e, kid } = jwk;
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, "RS256", { extractable: true }),
    importJWK({ kty, n, e } as JWK, "RS256"),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error("not an RSA key");
  return named({ privateKey, publicKey }, kid);
}
