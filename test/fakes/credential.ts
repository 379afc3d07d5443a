import { Buffer } from "node:buffer";
import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";

/** A token with these claims and an invalid signature. */
export const jwt = (claims: object): string =>
  [{ alg: "none" }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");

export const minutes = 60_000;

export const token = (claims: object, lifetimeMilliseconds = 60 * minutes): AccessToken => ({
  token: jwt(claims),
  expiresOnTimestamp: Date.now() + lifetimeMilliseconds,
});

/** A credential with the given answers, which records the requests. */
export function fakeCredential(answer: () => Promise<AccessToken | null>) {
  const asked: { scopes: string | string[]; options: GetTokenOptions | undefined }[] = [];
  const credential: TokenCredential = {
    getToken: (scopes, options) => {
      asked.push({ scopes, options });
      return answer();
    },
  };
  return { credential, asked };
}
