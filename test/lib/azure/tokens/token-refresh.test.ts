import { expect, test } from "vitest";
import { cacheAssertion } from "../../../../src/lib/azure/tokens/assertion-cache.ts";
import { checkTokens } from "../../../../src/lib/azure/tokens/token-check.ts";
import { parseTenantId } from "../../../../src/lib/domain/customer.ts";
import { ids } from "../../../fakes/config-document.ts";
import { fakeCredential, jwt, minutes, token } from "../../../fakes/credential.ts";

test("concurrent callers near the end of a token share one request for the next one", async () => {
  const tokens = [token({}, 4 * minutes)];
  const { credential, asked } = fakeCredential(async () => tokens.shift() ?? token({}));
  const { getToken } = checkTokens(credential, { tenantId: parseTenantId(ids.acme) });
  await getToken("https://a.example/.default");

  await Promise.all([1, 2, 3].map(() => getToken("https://a.example/.default")));

  expect(asked).toHaveLength(2);
});

test("concurrent callers near the end of an assertion share one request for the next one", async () => {
  let asked = 0;
  const get = cacheAssertion(async () => {
    asked += 1;
    return jwt({ exp: Math.floor((Date.now() + (asked === 1 ? 0.5 : 10) * minutes) / 1000) });
  });
  await get();

  await Promise.all([get(), get(), get()]);

  expect(asked).toBe(2);
});
