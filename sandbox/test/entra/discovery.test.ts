import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { baseUrl, createTestSandbox, type TestSandbox } from "../test-sandbox.ts";

const jwks = z.object({ keys: z.array(z.looseObject({})) });

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await createTestSandbox();
});

const get = async (path: string) => {
  const response = await sandbox.fetch(path);
  const body: unknown = await response.json();
  return { status: response.status, body };
};

test.each(["/v2.0/.well-known/openid-configuration", "/.well-known/openid-configuration"])(
  "a tenant's configuration at %s names its issuer and endpoints by id",
  async (path) => {
    const { id } = sandbox.acme.tenant;

    const { status, body } = await get(`/acme.example${path}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: `${baseUrl}/${id}/v2.0`,
      token_endpoint: `${baseUrl}/${id}/oauth2/v2.0/token`,
      authorization_endpoint: `${baseUrl}/${id}/oauth2/v2.0/authorize`,
      jwks_uri: `${baseUrl}/${id}/discovery/v2.0/keys`,
    });
  },
);

test("an unknown tenant is refused with invalid_tenant", async () => {
  const { status, body } = await get("/nobody.example/v2.0/.well-known/openid-configuration");

  expect(status).toBe(400);
  expect(body).toMatchObject({ error: "invalid_tenant", error_codes: [90002] });
});

// MSAL for JavaScript, 2024-01
test("a name that is neither an id nor a domain is refused with invalid_request", async () => {
  const { status, body } = await get("/nobody/v2.0/.well-known/openid-configuration");

  expect(status).toBe(400);
  expect(body).toMatchObject({ error: "invalid_request", error_codes: [900023] });
});

test("/organizations has an issuer for the client to fill in", async () => {
  const { body } = await get("/organizations/v2.0/.well-known/openid-configuration");

  expect(body).toMatchObject({ issuer: `${baseUrl}/{tenantid}/v2.0` });
});

test("the keys that tokens are signed with are published, and only their public halves", async () => {
  for (const path of ["/acme.example/discovery/v2.0/keys", "/oidc/keys"]) {
    const { body } = await get(path);

    const [key, ...others] = jwks.parse(body).keys;
    expect(others).toEqual([]);
    expect(Object.keys(key ?? {}).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
  }
});

test("the workload identities' issuer describes itself", async () => {
  expect((await get("/oidc/.well-known/openid-configuration")).body).toMatchObject({
    issuer: `${baseUrl}/oidc`,
    jwks_uri: `${baseUrl}/oidc/keys`,
  });
});
