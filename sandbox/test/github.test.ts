import { decodeJwt } from "jose";
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { jobToken } from "../src/github/github.ts";
import { baseUrl, bearer, createTestSandbox, type TestSandbox, tokenFor } from "./test-sandbox.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await createTestSandbox();
});

const answer = z.object({ value: z.string() });
const audience = "api://AzureADTokenExchange";

async function ask(query: string, token?: string) {
  const shown = token ?? (await jobToken(sandbox.environment.keys, baseUrl));
  return sandbox.fetch(`/github/token?api-version=2.0${query}`, { headers: bearer(shown) });
}
const claimsOf = async (query: string) => decodeJwt(answer.parse(await (await ask(query)).json()).value);

test("a job gets a token of five minutes that names it by ids that nobody else can get", async () => {
  const claims = await claimsOf(`&audience=${audience}`);

  expect(claims).toMatchObject({
    iss: `${baseUrl}/github`,
    aud: audience,
    sub: "repo:contoso@1001/deployments@2002:ref:refs/heads/main",
    repository: "contoso/deployments",
    repository_id: "2002",
  });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
});

test("the older form of subject has names alone", async () => {
  expect(await claimsOf("&subject=names")).toMatchObject({ sub: "repo:contoso/deployments:ref:refs/heads/main" });
});

test("a request without the token of a job gets no token", async () => {
  const { tenant, responder } = sandbox.acme;
  const another = await tokenFor(sandbox, { tenant, principal: responder }, "arm");

  expect((await ask("", "guess")).status).toBe(401);
  expect((await ask("", another)).status).toBe(401);
  expect((await sandbox.fetch("/github/token")).status).toBe(401);
});

test("its issuer is discovered, and its keys are the sandbox's", async () => {
  const document = z
    .looseObject({ issuer: z.string(), jwks_uri: z.string() })
    .parse(await (await sandbox.fetch("/github/.well-known/openid-configuration")).json());
  const keys = await sandbox.fetch(new URL(document.jwks_uri).pathname);

  expect(document.issuer).toBe(`${baseUrl}/github`);
  expect(await keys.json()).toEqual(sandbox.environment.keys.jwks);
});
