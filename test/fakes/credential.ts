import { Buffer } from "node:buffer";
import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";

/** A token with these claims and no signature that means anything. */
export const jwt = (claims: object): string =>
  [{ alg: "none" }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");

export const minutes = 60_000;

export const token = (claims: object, lifetimeMilliseconds = 60 * minutes): AccessToken => ({
  token: jwt(claims),
  expiresOnTimestamp: Date.now() + lifetimeMilliseconds,
});

/** A credential that answers as it is told, and keeps a record of what it was asked for. */
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
