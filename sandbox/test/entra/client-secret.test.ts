import { beforeEach, expect, test } from "vitest";
import { admit, deleteServicePrincipal } from "../../src/directory.ts";
import { findServicePrincipal } from "../../src/model.ts";
import { baseUrl, createTestSandbox, principalOf, type TestSandbox } from "../test-sandbox.ts";
import { providerSecret, requestAsProvider, requestToken, serviceBusScope } from "./token-requests.ts";

let sandbox: TestSandbox;
let secret: { client_secret: string };

beforeEach(async () => {
  sandbox = await createTestSandbox();
  secret = { client_secret: providerSecret(sandbox) };
});

const admitAtAcme = () => admit(sandbox.environment, sandbox.acme.tenant, sandbox.seeded.provider);

test("an app gets a token of a tenant that consented to it", async () => {
  const principal = admitAtAcme();
  const { tenant } = sandbox.acme;

  const { status, claims } = await requestAsProvider(sandbox, tenant.id, secret);

  expect(status).toBe(200);
  expect(claims).toMatchObject({
    iss: `${baseUrl}/${tenant.id}/v2.0`,
    aud: "https://servicebus.azure.net",
    tid: tenant.id,
    oid: principal.id,
    sub: principal.id,
    appid: sandbox.seeded.provider.application.appId,
    idtyp: "app",
  });
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
});

test("a tenant may be named by its domain", async () => {
  admitAtAcme();

  expect((await requestAsProvider(sandbox, "acme.example", secret)).claims.tid).toBe(sandbox.acme.tenant.id);
});

test("the Service Bus client's doubled slash stays in the audience", async () => {
  admitAtAcme();
  const scope = "https://servicebus.azure.net//.default";

  const { claims } = await requestAsProvider(sandbox, "acme.example", { ...secret, scope });

  expect(claims.aud).toBe("https://servicebus.azure.net/");
});

test("only a token for Graph carries Graph permissions", async () => {
  const { administrator, tenant } = sandbox.acme;
  const request = {
    grant_type: "client_credentials",
    client_id: administrator.appId,
    client_secret: administrator.passwordCredentials[0]?.secret ?? "",
  };

  const graph = await requestToken(sandbox, tenant.id, { ...request, scope: `${baseUrl}/graph/.default` });
  const arm = await requestToken(sandbox, tenant.id, { ...request, scope: `${baseUrl}/arm/.default` });

  expect(graph.claims.roles).toEqual(["Application.ReadWrite.All"]);
  expect(arm.claims.roles).toBeUndefined();
});

test("AADSTS700016 while the tenant has not consented to the app", async () => {
  expect(await requestAsProvider(sandbox, sandbox.acme.tenant.id, secret)).toMatchObject({
    status: 400,
    error: "unauthorized_client",
    code: 700016,
  });
});

test("AADSTS700016 for another tenant's single-tenant app and for an app that nobody registered", async () => {
  const { fabrikam } = sandbox;
  for (const client_id of [fabrikam.administrator.appId, "11111111-1111-4111-8111-111111111111"])
    expect((await requestAsProvider(sandbox, "acme.example", { ...secret, client_id })).code).toBe(700016);
});

test("AADSTS7000229 after the service principal was deleted", async () => {
  deleteServicePrincipal(sandbox.environment.model, sandbox.acme.tenant, admitAtAcme());

  expect(await requestAsProvider(sandbox, "acme.example", secret)).toMatchObject({
    status: 401,
    error: "invalid_client",
    code: 7000229,
  });
});

test("AADSTS650059 once the app is single-tenant", async () => {
  admitAtAcme();
  sandbox.seeded.provider.application.signInAudience = "AzureADMyOrg";

  expect((await requestAsProvider(sandbox, "acme.example", secret)).code).toBe(650059);
  expect((await requestAsProvider(sandbox, "contoso.example", secret)).status).toBe(200);
});

test("AADSTS7000112 while the service principal is disabled", async () => {
  admitAtAcme().accountEnabled = false;

  expect(await requestAsProvider(sandbox, "acme.example", secret)).toMatchObject({
    status: 400,
    error: "unauthorized_client",
    code: 7000112,
  });
});

test("AADSTS7000215 for a wrong secret", async () => {
  const answer = await requestAsProvider(sandbox, "contoso.example", { client_secret: "wrong" });

  expect(answer).toMatchObject({ status: 401, error: "invalid_client", code: 7000215 });
});

test("AADSTS7000222 for a secret that has expired", async () => {
  sandbox.wait(366 * 24 * 3600_000);

  expect(await requestAsProvider(sandbox, "contoso.example", secret)).toMatchObject({
    status: 401,
    error: "invalid_client",
    code: 7000222,
  });
});

test("AADSTS90002 for a tenant that does not exist", async () => {
  expect(await requestAsProvider(sandbox, "nobody.example", secret)).toMatchObject({ status: 400, code: 90002 });
});

test.each(["nobody", "my tenant", "-"])("AADSTS900023 for %j, which is neither an id nor a domain", async (name) => {
  expect(await requestAsProvider(sandbox, encodeURIComponent(name), secret)).toMatchObject({
    ...{ status: 400, error: "invalid_request", code: 900023 },
  });
});

test("AADSTS50194 for an app's token at /organizations", async () => {
  expect((await requestAsProvider(sandbox, "organizations", secret)).code).toBe(50194);
});

test.each([
  [1002012, "https://servicebus.azure.net/send"],
  [1002012, "https://servicebus.azure.net"],
  [70011, `${serviceBusScope} ${baseUrl}/arm/.default`],
])("AADSTS%i for the scope %s of an app", async (code, scope) => {
  expect(await requestAsProvider(sandbox, "contoso.example", { ...secret, scope })).toMatchObject({
    ...{ status: 400, error: "invalid_scope", code },
  });
});

test("AADSTS500011 for a resource that no tenant knows", async () => {
  const scope = "https://vault.azure.net/.default";

  expect(await requestAsProvider(sandbox, "contoso.example", { ...secret, scope })).toMatchObject({
    error: "invalid_resource",
    code: 500011,
  });
});

test("AADSTS900144 names the parameter that is missing", async () => {
  const { error_description, code } = await requestToken(sandbox, "contoso.example", { client_id: "x" });

  expect(code).toBe(900144);
  expect(error_description).toContain("'grant_type'");
});

test("AADSTS70003 for a grant that is not offered, AADSTS7000218 for an app that proves nothing", async () => {
  expect((await requestToken(sandbox, "contoso.example", { grant_type: "password" })).code).toBe(70003);
  expect((await requestAsProvider(sandbox, "contoso.example", {})).code).toBe(7000218);
});

test("a refusal has the form of Entra's and repeats the client's request id", async () => {
  const id = "7f3cbb8c-7b0b-4f8a-9a52-0f3f6f1f0f6e";

  const response = await sandbox.fetch(`/acme.example/oauth2/v2.0/token?client-request-id=${id}`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });

  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({
    error: "invalid_request",
    error_description: expect.stringMatching(
      new RegExp(`^AADSTS900144: .* Trace ID: \\S+ Correlation ID: ${id} Timestamp: [\\d-]+ [\\d:]+Z$`),
    ),
    error_codes: [900144],
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
    trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    correlation_id: id,
    error_uri: "https://login.microsoftonline.com/error?code=900144",
  });
});

test("the provider's app has no service principal with a customer before consent", () => {
  const { appId } = sandbox.seeded.provider.application;

  for (const { tenant } of sandbox.seeded.customers) expect(findServicePrincipal(tenant, appId)).toBeUndefined();
  expect(principalOf(sandbox.seeded.provider.tenant, "Contoso xtenant").appId).toBe(appId);
});
