import { randomUUID } from "node:crypto";
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";

/** The claims that the stand-in puts in its tokens; `aud` is the resource, `tid` the tenant, `oid` the service principal. */
export type TokenClaims = JWTPayload & {
  readonly aud: string;
  readonly iss: string;
  readonly sub: string;
  readonly tid: string;
  readonly oid: string;
  readonly appid: string;
};

/** The key pair with which the stand-in signs every token of one run; a new one at each start. */
export type SigningKeys = {
  /** Public keys as a JWKS document. */
  readonly jwks: { readonly keys: readonly object[] };
  sign(claims: JWTPayload, lifetimeSeconds: number): Promise<string>;
  /** Checks signature, `exp` and `nbf`; audience, issuer and tenant are the caller's to compare. Throws jose's errors. */
  verify(token: string): Promise<JWTPayload>;
};

export async function createSigningKeys(
  now: () => Date = () => new Date(),
  pair: Promise<GenerateKeyPairResult> = generateKeyPair("RS256"),
): Promise<SigningKeys> {
  const { publicKey, privateKey } = await pair;
  const kid = randomUUID();
  const seconds = () => Math.floor(now().getTime() / 1000);
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" }] },
    sign: (claims, lifetimeSeconds) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
        .setIssuedAt(seconds())
        .setNotBefore(seconds())
        .setExpirationTime(seconds() + lifetimeSeconds)
        .sign(privateKey),
    verify: async (token) => (await jwtVerify(token, publicKey, { currentDate: now() })).payload,
  };
}
