import { createHash, randomBytes } from "node:crypto";
import { decodeJwt } from "jose";
import { beforeEach, expect, test } from "vitest";
import { findServicePrincipal } from "../../src/model.ts";
import { baseUrl, createTestSandbox, type TestSandbox, userOf } from "../test-sandbox.ts";
import { answerPage, link, openPage } from "./browser.ts";
import { providerSecret, requestToken } from "./token-requests.ts";

const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const redirectUri = "http://localhost:49152/";
const scope = `${baseUrl}/arm/.default openid profile offline_access`;
const admin = { as: "admin@acme.example", decision: "accept" } as const;

let sandbox: TestSandbox;
let verifier: string;
let url: string;

beforeEach(async () => {
  sandbox = await createTestSandbox();
  verifier = randomBytes(32).toString("base64url");
  url = link("/acme.example/oauth2/v2.0/authorize", {
    client_id: azureCli,
    response_type: "code",
    redirect_uri: redirectUri,
    scope,
    state: "s",
    nonce: "n",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
});

const redeem = (code: string, changes: Record<string, string> = {}, tenant = "acme.example") =>
  requestToken(sandbox, tenant, {
    grant_type: "authorization_code",
    client_id: azureCli,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    code,
    ...changes,
  });
const signIn = async () => (await answerPage(sandbox, url, admin)).query.code ?? "";

test("a user signs in with a browser, and the client gets tokens for that user", async () => {
  const { query } = await answerPage(sandbox, url, admin);
  const answer = await redeem(query.code ?? "");

  const { tenant } = sandbox.acme;
  const { id } = userOf(tenant, "admin");
  expect(query.state).toBe("s");
  expect(answer.status).toBe(200);
  expect(answer.claims).toMatchObject({
    aud: `${baseUrl}/arm`,
    tid: tenant.id,
    oid: id,
    appid: azureCli,
    idtyp: "user",
  });
  expect(decodeJwt(answer.id_token ?? "")).toMatchObject({
    aud: azureCli,
    nonce: "n",
    preferred_username: "admin@acme.example",
  });
});

test("any user of the tenant may sign in to the Azure CLI", async () => {
  const { query } = await answerPage(sandbox, url, { as: "staff@acme.example", decision: "accept" });

  expect((await redeem(query.code ?? "")).claims.oid).toBe(userOf(sandbox.acme.tenant, "staff").id);
});

test("cancelling sends the user back with access_denied", async () => {
  const { query } = await answerPage(sandbox, url, { decision: "cancel" });

  expect(query).toMatchObject({ error: "access_denied", error_subcode: "cancel", state: "s" });
});

test("a code is good once", async () => {
  const code = await signIn();
  expect((await redeem(code)).status).toBe(200);

  expect(await redeem(code)).toMatchObject({ status: 400, error: "invalid_grant", code: 70008 });
});

test("a code is good for ten minutes", async () => {
  const code = await signIn();
  sandbox.wait(11 * 60_000);

  expect((await redeem(code)).code).toBe(70008);
});

test.each([
  ["the verifier", { code_verifier: "other" }, 501481],
  ["the redirect URI", { redirect_uri: "http://localhost:49153/" }, 50011],
])("a code is refused when %s is not the one of the request", async (_, changes, code) => {
  expect(await redeem(await signIn(), changes)).toMatchObject({ error: "invalid_grant", code });
});

test("a code is refused in another tenant", async () => {
  expect((await redeem(await signIn(), {}, "fabrikam.example")).code).toBe(70008);
});

test("a refresh token brings a token for another resource", async () => {
  const { refresh_token = "" } = await redeem(await signIn());
  const request = { grant_type: "refresh_token", client_id: azureCli, refresh_token };

  const { claims } = await requestToken(sandbox, "acme.example", { ...request, scope: `${baseUrl}/graph/.default` });

  expect(claims).toMatchObject({ aud: `${baseUrl}/graph`, oid: userOf(sandbox.acme.tenant, "admin").id });
  expect((await requestToken(sandbox, "fabrikam.example", request)).code).toBe(70000);
  expect((await requestToken(sandbox, "acme.example", { ...request, refresh_token: "made-up" })).code).toBe(70000);
});

test.each([
  [700054, { response_type: "token" }],
  [90023, { code_challenge_method: "plain" }],
  [90023, { response_mode: "fragment" }],
  [500011, { scope: "https://vault.azure.net/.default" }],
  [50011, { redirect_uri: "https://evil.example/" }],
])("AADSTS%i for a request that cannot be granted", async (code, changes) => {
  const target = new URL(url, baseUrl);
  for (const [name, value] of Object.entries(changes)) target.searchParams.set(name, value);

  expect((await openPage(sandbox, `${target.pathname}${target.search}`)).html).toContain(`AADSTS${code}:`);
});

const providerLink = (parameters: Record<string, string> = {}) =>
  link("/acme.example/oauth2/v2.0/authorize", {
    client_id: sandbox.seeded.provider.application.appId,
    response_type: "code",
    scope: "openid",
    ...parameters,
  });

test("signing in to the provider's app gives consent, if an administrator signs in", async () => {
  const { tenant } = sandbox.acme;
  const { appId } = sandbox.seeded.provider.application;

  const refused = await answerPage(sandbox, providerLink(), { as: "staff@acme.example", decision: "accept" });
  expect(refused.html).toContain("AADSTS90094:");
  expect(findServicePrincipal(tenant, appId)).toBeUndefined();

  const { query } = await answerPage(sandbox, providerLink(), admin);
  expect(query.code).toMatch(/^\S{20,}$/);
  expect(findServicePrincipal(tenant, appId)).toBeDefined();
});

test("an app that has credentials redeems its codes with them", async () => {
  const redirect_uri = `${baseUrl}/consented`;
  const { appId } = sandbox.seeded.provider.application;
  const { query } = await answerPage(sandbox, providerLink({ redirect_uri }), admin);
  const request = { client_id: appId, redirect_uri };
  const code = query.code ?? "";

  expect((await redeem(code, request)).code).toBe(7000218);
  expect((await redeem(code, { ...request, client_secret: providerSecret(sandbox) })).status).toBe(200);
});
