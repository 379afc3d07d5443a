import { expect, test } from "vitest";
import { reuseToken } from "../../../../src/lib/azure/tokens/token-cache-credential.ts";
import type { TokenCache } from "../../../../src/lib/config/token-cache.ts";
import { parseGuid, parseTenantId } from "../../../../src/lib/domain/customer.ts";
import { ids } from "../../../fakes/config-document.ts";
import { fakeCredential, minutes, token } from "../../../fakes/credential.ts";

const scope = "https://servicebus.azure.net//.default";
const expected = { tenantId: parseTenantId(ids.acme), clientId: parseGuid(ids.app) };
const claims = { aud: "https://servicebus.azure.net/", tid: ids.acme, appid: ids.app };
const owner = { authority: "https://login.example", tenantId: ids.acme, clientId: ids.app, credential: "{}" };

/** A credential with a token of an earlier run, and with an Entra that issues another one. */
function after(left: ReturnType<typeof token>) {
  const { credential, asked } = fakeCredential(async () => token({ ...claims, nonce: "new" }));
  const tokens: TokenCache = { read: async () => left, write: async () => {}, remove: async () => {} };
  const reused = reuseToken({ tokens, owner, expected, createCredential: async () => credential, debug: () => {} });
  return { ...reused, asked };
}

test("a token of an earlier run is used while it is valid for more than five minutes", async () => {
  const left = token(claims, 6 * minutes);
  const { credential, asked } = after(left);

  expect(await credential.getToken(scope)).toBe(left);
  expect(asked).toEqual([]);
});

test.each([
  ["near its end", token(claims, 4 * minutes)],
  ["near the end that it names itself", token({ ...claims, exp: Date.now() / 1000 + 60 })],
  ["of another tenant", token({ ...claims, tid: ids.fabrikam })],
  ["of another app", token({ ...claims, appid: ids.principal })],
  ["for another service", token({ ...claims, aud: "https://graph.microsoft.com" })],
])("a token %s is not used", async (_what, left) => {
  const { credential, asked } = after(left);

  expect(await credential.getToken(scope)).not.toBe(left);
  expect(asked).toHaveLength(1);
});

test("a token for a challenge of a service is requested from Entra", async () => {
  const left = token(claims);
  const { credential } = after(left);

  expect(await credential.getToken(scope, { claims: '{"access_token":{}}' })).not.toBe(left);
});

test("after a refusal a call is repeated once, and later tokens are requested from Entra", async () => {
  const left = token(claims);
  const { credential, refused } = after(left);
  await credential.getToken(scope);

  expect(await refused(performance.now())).toBe(true);
  expect(await credential.getToken(scope)).not.toBe(left);
  expect(await refused(performance.now())).toBe(false);
});

test("a call that was refused with a token that Entra has just issued is not repeated", async () => {
  const { credential, refused } = after(token(claims, minutes));
  await credential.getToken(scope);

  expect(await refused(performance.now())).toBe(false);
});
