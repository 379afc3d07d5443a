import { decodeJwt } from "jose";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { link } from "./entra/browser.ts";
import { baseUrl, createTestSandbox, type TestSandbox } from "./test-sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await createTestSandbox();
});

const answerSchema = z.looseObject({ access_token: z.string().optional(), error: z.string().optional() });

async function get(parameters: Record<string, string>, headers: Record<string, string> = { Metadata: "true" }) {
  const url = link("/metadata/identity/oauth2/token/", parameters);
  const response = await sandbox.fetchPlain(url, { headers });
  const body = answerSchema.parse(await response.json());
  return { status: response.status, body, claims: body.access_token ? decodeJwt(body.access_token) : {} };
}

const query = (resource = "https://servicebus.azure.net") => ({
  "api-version": "2018-02-01",
  resource,
  client_id: sandbox.acme.responder.appId,
});

test("a managed identity gets a token of its own tenant", async () => {
  const { status, body, claims } = await get(query());

  const { tenant, responder } = sandbox.acme;
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "Bearer", expires_in: "3599", client_id: responder.appId });
  expect(claims).toMatchObject({
    iss: `${baseUrl}/${tenant.id}/v2.0`,
    aud: "https://servicebus.azure.net",
    tid: tenant.id,
    oid: responder.id,
  });
});

test("an identity may be named by its object id", async () => {
  const { client_id: _, ...others } = query();

  expect((await get({ ...others, object_id: sandbox.acme.responder.id })).status).toBe(200);
});

test.each(["https://servicebus.azure.net/", `${baseUrl}/arm`, `${baseUrl}/graph`])(
  "a token for %s has just that audience",
  async (resource) => {
    expect((await get(query(resource))).claims.aud).toBe(resource);
  },
);

test("a token for the exchange has the id of that resource as its audience, and no appid", async () => {
  const { claims } = await get(query("api://AzureADTokenExchange"));

  expect(claims).toMatchObject({
    iss: `${baseUrl}/${sandbox.acme.tenant.id}/v2.0`,
    aud: "fb60f99c-7a34-4190-8149-302f77469936",
    sub: sandbox.acme.responder.id,
    oid: sandbox.acme.responder.id,
    azp: sandbox.acme.responder.appId,
    ver: "2.0",
  });
  expect(claims).not.toHaveProperty("appid");
});

test("a request without the Metadata header, or through a proxy, is refused", async () => {
  expect(await get(query(), {})).toMatchObject({
    status: 400,
    body: { error: "invalid_request", error_description: "Required metadata header not specified" },
  });
  expect((await get(query(), { Metadata: "true", "X-Forwarded-For": "10.0.0.1" })).status).toBe(400);
});

test.each(["api-version", "resource", "client_id"])("a request without %s is refused", async (name) => {
  const parameters = Object.fromEntries(Object.entries(query()).filter(([key]) => key !== name));

  expect((await get(parameters)).status).toBe(400);
});

test("an unknown identity is refused, and so is an app that is no managed identity", async () => {
  for (const client_id of ["11111111-1111-4111-8111-111111111111", sandbox.acme.administrator.appId])
    expect(await get({ ...query(), client_id })).toMatchObject({
      status: 400,
      body: { error: "invalid_request", error_description: "Identity not found" },
    });
});

test("AADSTS500011 for a resource that no tenant knows", async () => {
  const { status, body } = await get(query("https://vault.azure.net"));

  expect(status).toBe(400);
  expect(body).toMatchObject({ error: "invalid_resource", error_description: expect.stringMatching(/^AADSTS500011/) });
});
