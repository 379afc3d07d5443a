import { describe, expect, test } from "vitest";
import { checkTokens } from "../../../../src/lib/azure/tokens/token-check.ts";
import { parseGuid, parseTenantId } from "../../../../src/lib/domain/customer.ts";
import { ids } from "../../../fakes/config-document.ts";
import { fakeCredential, minutes, token } from "../../../fakes/credential.ts";

const scope = "https://servicebus.azure.net//.default";
const expected = { tenantId: parseTenantId(ids.acme), clientId: parseGuid(ids.app) };
const claims = { aud: "https://servicebus.azure.net/", tid: ids.acme, appid: ids.app };

/** A checked credential over a source whose tokens have these claims and this life. */
function checked({ changes = {}, lifetime = 60 * minutes }: { changes?: object; lifetime?: number } = {}) {
  const { credential, asked } = fakeCredential(async () => token({ ...claims, ...changes }, lifetime));
  return { credential: checkTokens(credential, expected), asked };
}

describe("a checked credential", () => {
  test("returns the token unchanged", async () => {
    const given = token(claims);
    const { credential } = fakeCredential(async () => given);

    expect(await checkTokens(credential, expected).getToken(scope)).toBe(given);
  });

  test("requests one token for concurrent callers", async () => {
    const { credential, asked } = checked();

    const tokens = await Promise.all([1, 2, 3].map(() => credential.getToken(scope)));

    expect(asked).toHaveLength(1);
    expect(new Set(tokens).size).toBe(1);
  });

  test("requests no other token while this one is valid", async () => {
    const { credential, asked } = checked({ lifetime: 6 * minutes });

    for (const _ of [1, 2, 3]) await credential.getToken(scope);

    expect(asked).toHaveLength(1);
  });

  test("requests another token near the end of this one", async () => {
    const { credential, asked } = checked({ lifetime: 4 * minutes });

    for (const _ of [1, 2]) await credential.getToken(scope);

    expect(asked).toHaveLength(2);
  });

  test("requests a token for each scope, written alone or in a list", async () => {
    const [first, second] = ["https://management.azure.com/.default", "https://management.core.windows.net/.default"];
    const { credential, asked } = checked({ changes: { aud: "https://management.azure.com" } });

    for (const scopes of [first, [first], second]) await credential.getToken(scopes);

    expect(asked.map(({ scopes }) => scopes)).toEqual([first, second]);
  });

  test("stays in its tenant, whichever tenant the challenge of a service names", async () => {
    const { credential, asked } = checked();
    const signal = new AbortController().signal;

    await credential.getToken(scope, { tenantId: ids.fabrikam, abortSignal: signal });

    expect(asked[0]?.options).toEqual({ abortSignal: signal });
  });
});

describe("a failure to get a token", () => {
  test("is reported to every caller, and is not cached", async () => {
    const answers = [Promise.reject(new Error("AADSTS700016")), Promise.resolve(token(claims))];
    const { credential, asked } = fakeCredential(async () => answers.shift() ?? null);
    const { getToken } = checkTokens(credential, expected);

    const both = await Promise.allSettled([getToken(scope), getToken(scope)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked).toHaveLength(1);

    expect(await getToken(scope)).toHaveProperty("token");
    expect(asked).toHaveLength(2);
  });

  test("is reported when the credential has none", async () => {
    const { credential } = fakeCredential(async () => null);

    await expect(checkTokens(credential, expected).getToken(scope)).rejects.toMatchObject({
      kind: "auth",
      code: "NoToken",
    });
  });
});
